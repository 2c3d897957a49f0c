"""The simulated services: a handler for each operation, paging, and work done in the background.

A handler takes plain data and returns plain data: no bytes, no HTTP, no botocore. May import state
and the rooms below it.
"""

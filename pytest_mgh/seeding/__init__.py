"""Puts servers, applications, streams, tasks and whole estates into the state without calls.

May import services and the rooms below them; not the pipeline, which stands beside it.
"""

"""The ways in: hooks into botocore and `requests`, plain HTTP messages, refusals of real calls.

May import the pipeline and the rooms below it; not hub, which stands beside it.
"""

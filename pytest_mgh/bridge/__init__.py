"""The way to a live AWS account: verify the hub against one.

Only what a user calls goes there, with the user's own credentials.
"""

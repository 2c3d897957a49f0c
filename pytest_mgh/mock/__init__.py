"""`mock_mgh` as decorator, context manager and fixture: what entering and leaving it changes.

May import transports, hub and the rooms below them; not server or bridge, which stand beside it.
"""

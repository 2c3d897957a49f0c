"""The hub's records as tables: searched, filtered, sorted, and read a page at a time.

May import the rooms below hub, and no other part of hub.
"""

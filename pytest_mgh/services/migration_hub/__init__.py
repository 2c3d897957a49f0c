"""AWS Migration Hub: the 21 operations of `mgh`.

May import the rest of services and the rooms below it.
"""

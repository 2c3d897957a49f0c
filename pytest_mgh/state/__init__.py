"""The hub's state: the world, accounts, records and their indexes, the clock, the journal.

Every change is noted in the journal before it is made, so that a call is whole or has not been.
May import cloudtrail and the rooms below it.
"""

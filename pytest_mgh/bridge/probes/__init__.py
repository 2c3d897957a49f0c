"""The probes: for each rule, the calls that are made to an account and to the hub.

May import the rest of bridge and the rooms below it.
"""

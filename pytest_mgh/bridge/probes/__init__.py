"""What is asked of an account and of the hub: a function for each rule.

May import the rest of bridge and the rooms below it.
"""

"""Runs tests again with each of their calls failed once, and compares the final states.

May import the rest of report, except its hooks, and the rooms below it.
"""

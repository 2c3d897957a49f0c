"""Reports of a pytest run: operations and outcomes exercised, the least policy, real calls refused.

May import every other room. An option imports what it needs; without one, nothing here is loaded.
"""

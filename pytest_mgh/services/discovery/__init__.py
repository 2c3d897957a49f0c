"""AWS Application Discovery Service: the simulated operations of `discovery`.

May import the rest of services, apart from migration_hub, and the rooms below it.
"""

"""`MigrationHub`, the object that a test holds: seeds, views, faults, snapshots, checkpoints.

May import the pipeline, seeding, services and the rooms below them; not transports, which stand
beside it.
"""

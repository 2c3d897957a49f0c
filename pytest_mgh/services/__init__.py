"""The simulated services: one handler an operation, plain data in, plain data out."""

"""Liftoff moves servers to AWS and reports each step to AWS Migration Hub."""

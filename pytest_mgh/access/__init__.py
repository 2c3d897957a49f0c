"""Callers, their credentials and signatures, and the IAM policies that decide what they may do.

May import protocol and errors.
"""

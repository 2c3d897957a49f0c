"""Measurements of the mock and of similar tools."""

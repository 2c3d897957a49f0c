"""Runs tests again with each of their calls failed once, and compares how they end."""

"""The hub in a test's hand."""

"""What the mock costs, measured side by side with its peers."""

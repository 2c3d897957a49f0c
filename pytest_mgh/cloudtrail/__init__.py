"""What was called, as CloudTrail records it. Imports only access and what is below it."""

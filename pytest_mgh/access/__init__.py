"""Who calls, and may they: callers, their credentials, IAM policies."""

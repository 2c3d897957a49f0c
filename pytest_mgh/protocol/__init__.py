"""AWS JSON 1.1: requests and responses, the schemas, and what breaks them. Imports only errors."""

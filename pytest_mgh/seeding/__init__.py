"""What a test puts into the hub: single items, and whole estates. Imports services and below."""

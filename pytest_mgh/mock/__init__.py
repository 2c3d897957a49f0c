"""`mock_mgh` on and off, in every form. Imports transports, the hub, and what is below them."""

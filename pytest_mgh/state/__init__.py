"""What the hub remembers: plain records, and the indexes that serve them."""

"""The hub's records as tables: searched, filtered, sorted, and read a page at a time."""

"""AWS Migration Hub: the 21 operations of `mgh`."""

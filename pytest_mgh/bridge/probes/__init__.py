"""What is asked of an account and of the hub: a function for each rule."""

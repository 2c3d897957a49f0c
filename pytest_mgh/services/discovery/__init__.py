"""AWS Application Discovery Service: the simulated operations of `discovery`."""

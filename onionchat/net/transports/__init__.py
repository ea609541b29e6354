"""Ways to reach other devices: the interface, Tor, and memory for tests and simulations."""

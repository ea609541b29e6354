"""Tor as a transport: an own or a joined tor, its onions, its guards, and what repairs them."""

"""Tor in trouble: faults happen to one of two Tor transports in the private network, and it is
measured when the other one can reach it again (docs/testing.md, "Tor in trouble").

The transports are those of the node, with its watchdog and its timings; nobody helps them.
"""

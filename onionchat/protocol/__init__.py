"""What two peers must agree on, byte for byte. Pure: no socket, clock, file or global randomness.

Sub-packages in reading order, which is the import order and the order of docs/spec/:
crypto, wire, identity, session, link, journal, sync, rooms, contacts.
"""

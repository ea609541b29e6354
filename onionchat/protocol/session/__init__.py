"""One connection, one session: the Noise handshake, records, renewal (docs/spec/04-session.md).

What lives here: everything between a byte stream and frames. What may not: channels (`link`), and
the question of who a static key belongs to (above).
"""

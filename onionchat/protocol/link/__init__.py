"""Channels, priorities, credit and liveness over one session (docs/spec/05-link.md).

What lives here: `Link`, the core that a shell drives with bytes and time. What may not: what the
channels carry, and which peer may come in.
"""

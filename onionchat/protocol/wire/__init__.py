"""How structures become bytes and back (docs/spec/02-wire.md), and the table of all limits."""

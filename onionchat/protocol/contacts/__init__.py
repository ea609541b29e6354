"""How two people become contacts (docs/spec/09-contacts.md): links, requests, names, states.

Pure. May import everything of `protocol` below it.
"""

"""onionchat: a peer-to-peer messenger over Tor onion services.

The packages, lowest first; each may import only what stands before it (`.importlinter`):
`errors`, `types`, `protocol` (pure), `net` / `store` / `media`, `node`, `control`, then the front
ends `daemon`, `cli` and the separate package `onionchat_gui`.

This file imports nothing: every import of any sub-package runs it first, and the command line must
start fast.
"""

__version__ = "0.1.0"

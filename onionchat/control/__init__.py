"""The only door to a running node: JSON-RPC 2.0, one line each, on a private Unix socket.

`schema` is the registry from which the server, the clients and docs/control-api.md are made.
Front ends import `client`, `schema`, `address` and `passphrase`; `methods` and `server` belong to
the node's process.
"""

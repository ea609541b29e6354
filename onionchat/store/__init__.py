"""Disk: the encrypted profile of one device. Blocking code, no reactor, one thread.

What lives here: the key slot, the database and one module per kind of data, typed functions over a
`Transaction`. What may not: decisions (node/), validation of what peers sent (protocol/).
docs/store.md describes files, tables and guarantees.
"""

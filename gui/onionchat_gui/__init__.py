"""The desktop window of onionchat: a process of its own that talks to the daemon.

It may import `onionchat.control.client`, `onionchat.control.schema`, `onionchat.types` and
`onionchat.errors`, nothing else of onionchat and nothing of Twisted: its one event loop is Qt's,
and no key ever enters its memory.
"""

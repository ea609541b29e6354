"""Crashes at any moment and at any write: what was acknowledged is there, once, and is the same.

What lives here: a life of a profile (`life`), killing a process that lives it (`cycles`), failing
its disk at every write (`points`). What may not: what the program does about it.
"""

"""Benchmarks: each compares two arms in one run and prints a ratio (docs/benchmarks.md).

`python -m benchmarks [NAME…]`; every module with a `run() -> Report` that is listed in `__main__`
is one. They are not tests: nothing here fails because a machine is slow.
"""

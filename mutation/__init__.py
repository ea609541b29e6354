"""Mutation testing: does a test notice when a rule of the protocol is broken in the code?

What lives here: what is mutated with which tests, the two kinds of mutants, what counts as killed,
and the list of those that no test can kill. What may not: tests.

* `functions`: everything inside plain functions, by mutmut.
* `declarations`: what mutmut leaves out, by our own runner (`forks`): constants, the bounds in the
  types of wire structures, options of structures, and functions with decorators.
* `dangerous`: a short list picked by hand that `make test` runs, on the same runner.
"""

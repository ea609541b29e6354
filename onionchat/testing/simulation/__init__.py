"""The simulator: whole nodes, a network, disks and clocks in memory, and all that can go wrong.

What lives here: plans made from seeds, their execution, the invariants, adversaries, planted bugs,
the shrinking of what failed (docs/simulator.md). What may not: tests of single properties.
"""

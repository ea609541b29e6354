"""Algebraic properties of merging (goal R5), over seeded cases: `python -m properties --help`.

What lives here: cases made from a seed, what must hold in each, and merges that are broken on
purpose. One number is one case, so what failed fails again. What may not: links and disks (those
are simulated elsewhere): here a replica takes in entries, in any order and in any batches.
"""

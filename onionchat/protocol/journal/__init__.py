"""Signed entries in hash-chained logs, and the order that all replicas share (spec 06-journal)."""

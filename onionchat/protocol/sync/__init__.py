"""Bringing two devices to the same journals, and keeping them there (spec 07-sync)."""

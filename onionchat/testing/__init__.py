"""Doubles and tools for tests, shipped with the package so that other projects can use them."""

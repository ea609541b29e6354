"""Decisions: one small service per noun, built by `node.py`; constructor arguments only."""

"""Who somebody is (docs/spec/03-identity.md): statements, rosters, recovery, safety words, onions.

Pure. May not import anything above `wire`: a roster is folded from plain values, so that it does
not matter which journal carried them.
"""

"""Fuzzing: hostile bytes for everything that a stranger, a contact, tor or a pasted text reaches.

    make fuzz MINUTES=20                    # all targets, side by side on the cores
    make fuzz MINUTES=5 TARGET=sync-core    # one target

`targets.py` lists the targets, `corpora/TARGET/` holds their committed inputs, `seeds.py` makes the
structured ones. `python -m fuzz.replay TARGET FILE` runs one input and measures it. The committed
corpora are also replayed by `tests/fuzz/`, which need no fuzzer.
"""

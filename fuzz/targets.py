"""The list of all targets.

What lives here: finding them. What may not: targets themselves: `records` (single messages of
peers), `linking` (how a new device comes in), `texts` (what people paste and programs print),
`local` (the control socket and files), `machines` and `conversations` (cores that are driven by
scripts).
"""

from __future__ import annotations

from collections.abc import Mapping

from fuzz import conversations, linking, local, machines, records, texts
from fuzz.target import REGISTRY, Target

MODULES = (records, linking, texts, local, machines, conversations)
TARGETS: Mapping[str, Target] = REGISTRY.targets


def find(name: str) -> Target:
    """The target of that name; `planted:NAME` is one of the broken ones of `fuzz.planted`.

    Raises:
        SystemExit: there is none.
    """
    if name.startswith("planted:"):
        from fuzz import planted

        return planted.TARGETS[name]
    if name not in TARGETS:
        raise SystemExit(f"there is no target {name}; there are: " + ", ".join(TARGETS))
    return TARGETS[name]

"""How much memory belongs to one link.

What lives here: `held`, which walks through what objects refer to. What may not: how much that may
be (`oracle`).
"""

from __future__ import annotations

import gc
import sys
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Final

_SHARED: Final = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType)
"""What belongs to the program, not to a link."""

_OURS: Final = "onionchat.protocol."

_known: dict[type, bool] = {}


def _counts(kind: type) -> bool:
    """Whether objects of a type may belong to a link; asked for each of millions of objects."""
    if kind not in _known:
        module = kind.__module__
        _known[kind] = not issubclass(kind, _SHARED) and (
            module in ("builtins", "collections") or module.startswith(_OURS)
        )
    return _known[kind]


def held(*roots: object) -> int:
    """Bytes of these objects of `onionchat.protocol` and of all plain values that they lead to.

    Objects of other parts of the program, which every link shares, are where the walk ends.
    """
    seen: set[int] = set()
    waiting = list(roots)
    size = 0
    while waiting:
        found = waiting.pop()
        if id(found) in seen or not _counts(type(found)):
            continue
        seen.add(id(found))
        size += sys.getsizeof(found)
        waiting += gc.get_referents(found)
    return size

"""Types of arguments that the long checks share (`make simulate`, `crash`, `fuzz`, …).

What lives here: functions for `type=` of argparse. What may not: the arguments of any one tool.

A check that is asked for nothing must say so: zero seeds "of which none failed" look like a pass.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Collection


def positive(text: str) -> int:
    """A whole number from 1 on. Raises argparse.ArgumentTypeError."""
    return _whole(text, 1)


def not_negative(text: str) -> int:
    """A whole number from 0 on. Raises argparse.ArgumentTypeError."""
    return _whole(text, 0)


def minutes(text: str) -> float:
    """A time above 0, also a part of a minute. Raises argparse.ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def one_of(what: str, names: Collection[str]) -> Callable[[str], str]:
    """One of these names. Unlike `choices` it lists them only once, where another was typed."""

    def name(text: str) -> str:
        if text not in names:
            known = ", ".join(sorted(names))
            raise argparse.ArgumentTypeError(f"there is no {what} {text!r}; there are: {known}")
        return text

    return name


def _whole(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
    return number

"""The one exception of the private network.

Only the exception class lives here, so that every module of the package can raise it.
"""

from __future__ import annotations

__all__ = ["TorLabError"]


class TorLabError(Exception):
    """The private Tor network cannot do what was asked; the message says why in a sentence."""

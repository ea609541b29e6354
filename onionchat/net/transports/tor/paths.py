"""Which of tor's circuits stand, as tor tells of each: the ways by which others can reach us.

Pure: events in, numbers out. That tor has lost its network shows here at once, because a broken
connection to a guard ends every circuit on it; tor's own summary of its state lags by a minute.
"""

from __future__ import annotations

from onionchat.net.transports.tor.events import AllCircuits, Circuit


class Paths:
    """The circuits that are built now. Nothing is `known` before a tor has told of its circuits."""

    def __init__(self) -> None:
        self.known = False
        self._built: dict[str, str] = {}

    def forget(self) -> None:
        """This tor is gone, and its circuits with it."""
        self.known = False
        self._built.clear()

    def apply(self, event: Circuit | AllCircuits) -> None:
        """Take in what tor said."""
        if isinstance(event, AllCircuits):
            self.known = True
            self._built.clear()
            for circuit in event.circuits:
                self._one(circuit)
        else:
            self._one(event)

    def _one(self, circuit: Circuit) -> None:
        if circuit.ended:
            self._built.pop(circuit.number, None)
        elif circuit.built:
            self._built[circuit.number] = circuit.introduces

    @property
    def any(self) -> bool:
        """Whether any circuit stands."""
        return bool(self._built)

    def introductions(self, host: str) -> int | None:
        """How many circuits to introduction points of a service stand; None if nobody knows."""
        return sum(one == host for one in self._built.values()) if self.known else None

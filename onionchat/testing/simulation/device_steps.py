"""What people do with several devices, and how a node is asked at all.

What lives here: `DeviceSteps`, a method for each such step. What may not: chance that does not come
from the step, judgement (`oracle`).
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any, Final, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from onionchat.errors import OnionchatError
from onionchat.testing.devices import join_devices
from onionchat.testing.simulation.machine import Machine
from onionchat.testing.simulation.world import SimulatedWorld
from onionchat.testing.virtual_time import Stuck
from onionchat.views import DeviceLinkView

T = TypeVar("T")

MAX_DEVICES: Final = 3
"""Of one person."""

_QUARRELS: Final = (
    ("petname", "petname"),
    ("block", "unblock"),
    ("draft", "draft"),
    ("read", "read"),
    ("petname", "remove"),
)
"""What two devices do at once with one contact."""


class DeviceSteps:
    """Does these steps in a world."""

    def __init__(self, world: SimulatedWorld) -> None:
        self.world = world
        self.oracle = world.oracle
        self._renamed = count(1)

    def _ask(
        self,
        machine: Machine,
        work: Coroutine[Deferred[Any], Any, T],
        done: Callable[[T], None] = lambda _result: None,
        failed: Callable[[OnionchatError], None] = lambda _error: None,
    ) -> None:
        """Ask a node, without waiting. Any error that has a name is a possible answer."""

        def error(failure: Failure) -> None:
            if not isinstance(failure.value, OnionchatError):
                self.oracle.fail(f"{machine.name}'s node answered with {failure.value!r}")
                return
            self.world.trace.note(f"{machine.name} refuses: {failure.value.code}")
            self.world.trace.count(f"answer {type(failure.value).__name__}")
            failed(failure.value)

        asked: Deferred[T] = machine.begin(work)
        machine.keep(asked)
        asked.addCallbacks(done, error)

    def _known(self, one: Machine, other: Machine) -> bool:
        """Whether a node runs and knows the owner of another machine."""
        return one.owner != other.owner and one.card(other.owner) is not None

    # --- contacts ---------------------------------------------------------------------------------

    def do_petname(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """Somebody is called something else from now on."""
        card = one.card(other.owner)
        if card is None:
            return False
        name = chance.choice((other.owner, f"{other.owner} {next(self._renamed)}"))
        self._ask(one, one.api.rename(card.petname, name))
        return True

    def do_draft(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """The beginning of a text, or nothing any more."""
        card = one.card(other.owner)
        if card is None:
            return False
        text = chance.choice(("", f"draft {chance.getrandbits(16)}"))
        self._ask(one, one.api.set_draft(card.petname, text))
        return True

    def do_remove(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """For good, if it is not the only contact."""
        if one.card(other.owner) is None or len(one.api.directory.all()) < 2:  # noqa: PLR2004
            return False
        self.remove(one, other.owner)
        return True

    def remove(self, one: Machine, name: str) -> None:
        """Forget somebody."""
        pair = one.owner, name
        self.oracle.removing.setdefault(pair, False)

        def done(_view: object) -> None:
            self.oracle.removing[pair] = True

        self._ask(one, one.api.remove(one.petname(name)), done)

    # --- devices ----------------------------------------------------------------------------------

    def do_quarrel(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """Two devices of one person are told different things of a contact at once, perhaps while
        they do not hear of each other."""
        names = sorted(
            contact
            for contact in {machine.owner for machine in self.world.everybody} - {one.owner}
            if one.card(contact) is not None and other.card(contact) is not None
        )
        if not names:
            return False
        if chance.getrandbits(1):
            self.world.part(one, other)
            later = chance.choice((1.0, 20.0, 300.0))
            self.world.time.callLater(later, self.world.heal, one, other)
        contact = self.world.devices(chance.choice(names))[0]
        for machine, what in zip((one, other), chance.choice(_QUARRELS), strict=True):
            getattr(self, f"do_{what}")(machine, contact, chance)
        return True

    def do_adopt(self, one: Machine, _other: Machine, _chance: random.Random) -> bool:
        """One more device of a person; without the exchange that makes it one."""
        if one.disk.armed or one.disk.capacity is not None:
            return False
        new = self._newest(one)
        if new is None:
            return False
        self.world.pass_time(1.0)
        try:
            if one.node is not None and new.node is not None:
                join_devices(one, new)
                return True
        except (OnionchatError, Stuck):
            pass
        return False

    def do_link(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """One more device, by a link and a code that is typed; whatever happens meanwhile."""
        new = self._newest(one)
        if new is None:
            return False

        def confirm(code: str) -> None:
            if one.node is not None:
                self._ask(one, one.api.confirm_device(code))

        def made(view: DeviceLinkView) -> None:
            self.world.time.callLater(wait, join, view.link)

        def join(link: str) -> None:
            if new.node is not None:
                self._ask(new, new.api.join_device(link, name=new.name, history="all"))

        self.world.codes[new.name] = confirm
        wait = chance.choice((1.0, 5.0, 60.0))
        self._ask(one, one.api.link_device(), made)
        return True

    def _newest(self, one: Machine) -> Machine | None:
        """A profile for one more device of somebody, whose node starts."""
        devices = [m for m in self.world.everybody if one.owner in (m.owner, m.joins)]
        if one.node is None or len(devices) >= MAX_DEVICES:
            return None
        new = self.world.adopt(one)
        shutil.rmtree(new.profile, ignore_errors=True)  # of another seed
        new.create()
        new.begin_start()
        return new

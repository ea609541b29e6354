"""The life of a contact, from the first request to blocking (docs/spec/09-contacts.md).

What lives here: the stored state machine. What may not: messages (`exchange`), keys, names.

A contact is kept in one `ContactState`; `ContactMachine` wakes in it, takes an input, and says
what is to be done as `Effect`s. Inputs by a peer that come late or twice are ignored; inputs that
make no sense raise, `UnexpectedMessage` for the peer's and `ContactNotReady` for the person's.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, StrEnum, auto, unique
from typing import TYPE_CHECKING, Final, Protocol

from automat import TypeMachineBuilder

from onionchat.errors import ContactNotReady, UnexpectedMessage

if TYPE_CHECKING:
    from automat._typed import TypedState, TypeMachine


@unique
class ContactState(StrEnum):
    """Where a contact is."""

    OUTGOING = "outgoing"
    """We have its link; our request has not reached it yet."""
    REQUESTED = "requested"
    """Our request waits for its person."""
    INCOMING = "incoming"
    """Its request waits for our person."""
    ACTIVE = "active"
    """Both know each other."""
    DECLINED = "declined"
    """One of the two said no."""
    BLOCKED = "blocked"
    """Our person wants nothing of it."""
    EXPIRED = "expired"
    """The link was used up, expired or revoked before it was answered, or nobody ever answered."""
    OWN = "own"
    """No contact at all: the row of the person's own other devices (docs/devices.md). Nothing of
    the machine below ever happens to it."""


@unique
class Effect(Enum):
    """What the owner of a machine has to do after an input."""

    STOP_ASKING = auto()
    """Do not dial the invite any more."""
    TELL_ACCEPTED = auto()
    """Send `Accept`, by the invite or by calling back, until it is confirmed."""
    TELL_DECLINED = auto()
    """Answer with `Refuse` when asked again."""
    SERVE = auto()
    """Be reachable for it and dial it."""
    SHUT_OUT = auto()
    """Close its links, move its group to a fresh onion, send it nothing more."""
    SHOW = auto()
    """The request is to be shown to the person (again)."""


class ContactInputs(Protocol):
    """What can happen to a contact, and who brings it about."""

    def pending(self) -> None:
        """By the peer: `Pending`, our request is stored there."""

    def accepted(self) -> None:
        """By the peer: `Accept`, and it is stored here."""

    def refused(self) -> None:
        """By the peer: `Refuse`, its person declined."""

    def link_gone(self) -> None:
        """By the peer: `Refuse`, the link is used or expired."""

    def asked(self) -> None:
        """By the peer: its `Request`, once more."""

    def confirmed(self) -> None:
        """By the peer: `Confirm`, our acceptance is stored there."""

    def accept(self) -> None:
        """By the person: become contacts."""

    def decline(self) -> None:
        """By the person: no."""

    def block(self) -> None:
        """By the person: nothing more from this one."""

    def unblock(self) -> None:
        """By the person: a contact that was blocked once it was active is one again."""

    def reconsider(self) -> None:
        """By the person: a request of the other's that it declined or blocked waits again."""

    def give_up(self) -> None:
        """By a timer: the link expired, or the request has waited too long."""


class ContactCore:
    """What the machine writes."""

    __slots__ = ("effects", "state")

    def __init__(self, state: ContactState) -> None:
        self.state = state
        self.effects: tuple[Effect, ...] = ()


Input = Callable[[ContactInputs], None]
"""One of the inputs, such as `ContactInputs.accept`."""

_S = ContactState
_I = ContactInputs

_TRANSITIONS: Final[tuple[tuple[ContactState, Input, ContactState, tuple[Effect, ...]], ...]] = (
    # Asking goes on after `pending`, with back-off: the answer may come either way.
    (_S.OUTGOING, _I.pending, _S.REQUESTED, ()),
    (_S.OUTGOING, _I.accepted, _S.ACTIVE, (Effect.STOP_ASKING, Effect.SERVE)),
    (_S.OUTGOING, _I.refused, _S.DECLINED, (Effect.STOP_ASKING,)),
    (_S.OUTGOING, _I.link_gone, _S.EXPIRED, (Effect.STOP_ASKING,)),
    (_S.OUTGOING, _I.give_up, _S.EXPIRED, (Effect.STOP_ASKING,)),
    (_S.REQUESTED, _I.accepted, _S.ACTIVE, (Effect.STOP_ASKING, Effect.SERVE)),
    (_S.REQUESTED, _I.refused, _S.DECLINED, (Effect.STOP_ASKING,)),
    (_S.REQUESTED, _I.link_gone, _S.EXPIRED, (Effect.STOP_ASKING,)),
    (_S.REQUESTED, _I.give_up, _S.EXPIRED, (Effect.STOP_ASKING,)),
    # Its person answered after all, by calling back.
    (_S.EXPIRED, _I.accepted, _S.ACTIVE, (Effect.SERVE,)),
    (_S.INCOMING, _I.accept, _S.ACTIVE, (Effect.TELL_ACCEPTED, Effect.SERVE)),
    (_S.INCOMING, _I.decline, _S.DECLINED, (Effect.TELL_DECLINED,)),
    (_S.INCOMING, _I.block, _S.BLOCKED, (Effect.SHUT_OUT,)),
    # Our acceptance did not arrive.
    (_S.ACTIVE, _I.asked, _S.ACTIVE, (Effect.TELL_ACCEPTED,)),
    (_S.ACTIVE, _I.block, _S.BLOCKED, (Effect.SHUT_OUT,)),
    (_S.DECLINED, _I.asked, _S.DECLINED, (Effect.TELL_DECLINED,)),
    (_S.DECLINED, _I.reconsider, _S.INCOMING, (Effect.SHOW,)),
    (_S.DECLINED, _I.block, _S.BLOCKED, (Effect.SHUT_OUT,)),
    (_S.BLOCKED, _I.unblock, _S.ACTIVE, (Effect.SERVE,)),
    (_S.BLOCKED, _I.reconsider, _S.INCOMING, (Effect.SHOW,)),
)

BY_PEER: Final = frozenset({"pending", "accepted", "refused", "link_gone", "asked", "confirmed"})
"""Inputs that the peer causes."""

# The lists below name an input for several states.
_IGNORED: Final = {
    # The same answer again, one that crossed another, or one that we ask nothing about any more.
    "pending": "requested active declined expired",
    "accepted": "active declined",
    "refused": "active declined expired",
    "link_gone": "active declined expired",
    "confirmed": "active",
    # A request that waits is shown already.
    "asked": "incoming",
    # The person may press twice.
    "accept": "active",
    "decline": "declined",
    "block": "blocked",
    "unblock": "active",
    "reconsider": "incoming",
    # A timer may fire after what it waited for.
    "give_up": "incoming active declined blocked expired",
}
_ILLEGAL: Final = {
    # Who asks us is no answer to our asking, and the other way round.
    "pending": "incoming",
    "accepted": "incoming",
    "refused": "incoming",
    "link_gone": "incoming",
    "asked": "outgoing requested expired",
    "confirmed": "outgoing requested incoming declined expired",
    # There is nothing for the person to decide.
    "accept": "outgoing requested declined blocked expired",
    "decline": "outgoing requested active blocked expired",
    "block": "outgoing requested expired",
    "unblock": "outgoing requested incoming declined expired",
    "reconsider": "outgoing requested active expired",
}


def _pairs(lists: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((state, name) for name, states in lists.items() for state in states.split())


# A blocked one learns nothing, not even that it is out of turn.
IGNORED: Final = _pairs(_IGNORED) | {("blocked", name) for name in BY_PEER}
"""Pairs of state and input that change nothing and are no fault."""

ILLEGAL: Final = _pairs(_ILLEGAL)
"""Pairs of state and input that are refused with a named error."""


def _build() -> tuple[
    TypeMachine[ContactInputs, ContactCore],
    dict[ContactState, TypedState[ContactInputs, ContactCore]],
]:
    builder = TypeMachineBuilder(ContactInputs, ContactCore)
    states: dict[ContactState, TypedState[ContactInputs, ContactCore]] = {
        state: builder.state(state.value) for state in ContactState if state is not _S.OWN
    }
    for source, given, target, effects in _TRANSITIONS:

        def output(
            _inputs: ContactInputs,
            core: ContactCore,
            target: ContactState = target,
            effects: tuple[Effect, ...] = effects,
        ) -> None:
            core.state, core.effects = target, effects

        states[source].upon(given).to(states[target])(output)
    return builder.build(), states


contact_life, _STATES = _build()
"""Makes a machine: `contact_life(ContactCore(state), …)`."""


class ContactMachine:
    """The machine of one contact, woken in its stored state."""

    def __init__(self, state: ContactState) -> None:
        self._core = ContactCore(state)
        self._inputs = contact_life(self._core, _STATES[state])

    @property
    def state(self) -> ContactState:
        """To be stored after every input."""
        return self._core.state

    def take(self, given: Input) -> tuple[Effect, ...]:
        """Give the machine an input, such as `ContactInputs.accept`; returns what is to be done.

        Raises:
            UnexpectedMessage: a peer's input that makes no sense in this state.
            ContactNotReady: a person's input that makes no sense in this state.
        """
        name = given.__name__
        place = (self._core.state.value, name)
        if place in IGNORED:
            return ()
        if place in ILLEGAL:
            raise UnexpectedMessage if name in BY_PEER else ContactNotReady
        getattr(self._inputs, name)()
        return self._core.effects

"""Settings that a person can change: names, values allowed, defaults, and what each costs.

What lives here: the table of settings and their storage. What may not: carrying them out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from onionchat.errors import UnknownSetting
from onionchat.net.transports.tor.bridges import PLUGINS as PLUGINS_KNOWN
from onionchat.net.transports.tor.bridges import BridgeSettings, parse_bridges
from onionchat.net.transports.tor.join import Place, TcpPlace, parse_place
from onionchat.net.transports.tor.run import TorSettings
from onionchat.store import settings
from onionchat.store.transaction import Transaction
from onionchat.types import Visibility
from onionchat.views import SettingView

READ_RECEIPTS: Final = "read-receipts"
HONOUR_DELETION: Final = "honour-deletion"
BRIDGES: Final = "bridges"
PLUGINS: Final = "bridge-programs"
ONION_LISTEN: Final = "onion-listen"
TOR_CONTROL: Final = "tor-control"
TOR_SOCKS: Final = "tor-socks"
VISIBILITY: Final = "visibility"
LAST_CONVERSATION: Final = "last-conversation"

FOR_TOR: Final = frozenset({BRIDGES, PLUGINS, ONION_LISTEN, TOR_CONTROL, TOR_SOCKS})
"""Settings that need another tor, or another way to it."""

OF_PERSON: Final = frozenset({READ_RECEIPTS, VISIBILITY, HONOUR_DELETION})
"""Settings that are the person's and not the device's: one's other devices have the same."""

_ID: Final = re.compile(r"[0-9a-f]{2,64}")

_AT_ONCE = " A change takes effect at once: all connections break and are made anew."


@dataclass(frozen=True, slots=True)
class _Setting:
    default: str
    sentence: str
    check: Callable[[str], object]


def _word(*words: str) -> Callable[[str], object]:
    def check(value: str) -> object:
        if value not in words:
            raise UnknownSetting(f"This setting is one of: {', '.join(words)}.")
        return value

    return check


def _contact_id(value: str) -> object:
    if not _ID.fullmatch(value):
        raise UnknownSetting("This setting is the id of a contact.")
    return value


def _programs(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in value.splitlines():
        name, separator, path = line.partition("=")
        if not separator or name.strip() not in PLUGINS_KNOWN or not path.strip():
            raise UnknownSetting("Bridge programs are lines such as obfs4=/usr/bin/obfs4proxy.")
        found[name.strip()] = path.strip()
    return found


def _place(value: str) -> Place | None:
    return parse_place(value) if value else None


def _tcp_place(value: str) -> TcpPlace | None:
    place = _place(value)
    if place is not None and not isinstance(place, TcpPlace):
        raise UnknownSetting("This setting is an IP address and a port.")
    return place


_TABLE: Final[dict[str, _Setting]] = {
    VISIBILITY: _Setting(
        "online",
        "Who can reach this device. online: contacts and invites; restricted: contacts only; "
        "hidden: nobody, this device dials.",
        _word(*(visibility.value for visibility in Visibility)),
    ),
    READ_RECEIPTS: _Setting(
        "off",
        "Tell contacts how far you have read (on or off). It shows them when you are awake.",
        _word("on", "off"),
    ),
    LAST_CONVERSATION: _Setting(
        "",
        "The id of the contact with whose conversation the window begins; the window sets it.",
        _contact_id,
    ),
    HONOUR_DELETION: _Setting(
        "on",
        "Delete a contact's message when the contact asks everybody to (on or off). Off: the "
        "request is shown and the message stays.",
        _word("on", "off"),
    ),
    BRIDGES: _Setting(
        "",
        "Bridge lines, one a line, for places where Tor is blocked or its use should not show."
        + _AT_ONCE,
        parse_bridges,
    ),
    PLUGINS: _Setting(
        "",
        "Programs for bridges that are not on the PATH, such as obfs4=/opt/lyrebird, one a line."
        + _AT_ONCE,
        _programs,
    ),
    ONION_LISTEN: _Setting(
        "",
        "IP address and port where a joined tor on another machine (Whonix) can reach this node."
        + _AT_ONCE,
        _tcp_place,
    ),
    TOR_CONTROL: _Setting(
        "",
        "Join the running tor whose control port is here (unix:/path or IP:port) instead of "
        "starting one; `node --tor-control` goes before it." + _AT_ONCE,
        _place,
    ),
    TOR_SOCKS: _Setting(
        "",
        "Where the joined tor takes connections, if it does not tell itself (Tails)." + _AT_ONCE,
        _place,
    ),
}


def get(tx: Transaction, name: str) -> str:
    """The value of a setting. Raises UnknownSetting."""
    known = _known(name)
    value = settings.get(tx, name)
    return known.default if value is None else value.decode()


def put(tx: Transaction, name: str, value: str) -> SettingView:
    """Change a setting; the empty value brings back the default.

    Raises:
        UnknownSetting: no such setting, or a value that it cannot take.
        InvalidInput: a bridge line or an address that is none.
    """
    known = _known(name)
    if value and value != known.default:
        known.check(value)
        settings.put(tx, name, value.encode())
    else:
        settings.put(tx, name, None)
    return view(tx, name)


def forget(tx: Transaction, contact: bytes) -> None:
    """No setting names this contact any more; `contact` is its public id."""
    if get(tx, LAST_CONVERSATION) == contact.hex():
        settings.put(tx, LAST_CONVERSATION, None)


def view(tx: Transaction, name: str) -> SettingView:
    """One setting as front ends are shown it."""
    known = _known(name)
    return SettingView(name, get(tx, name), known.default, known.sentence)


def views(tx: Transaction) -> list[SettingView]:
    """All settings."""
    return [view(tx, name) for name in _TABLE]


@dataclass(frozen=True, slots=True)
class TorPreferences:
    """What the transport is started with."""

    bridges: BridgeSettings
    onion_listen: TcpPlace | None
    control: Place | None
    socks: Place | None

    def applied(self, given: TorSettings) -> TorSettings:
        """`given` with these; a tor that was named at the start goes before the one set."""
        return replace(
            given,
            bridges=self.bridges,
            join=given.join or self.control,
            join_socks=self.socks,
            onion_listen=self.onion_listen,
        )


def bridge_programs(tx: Transaction) -> dict[str, str]:
    """Where programs for bridges are that are not on the PATH, by transport name."""
    return _programs(get(tx, PLUGINS))


def for_tor(tx: Transaction) -> TorPreferences:
    """The settings that concern Tor. What was stored is trusted no more than what is typed."""
    return TorPreferences(
        BridgeSettings(parse_bridges(get(tx, BRIDGES)), bridge_programs(tx)),
        _tcp_place(get(tx, ONION_LISTEN)),
        _place(get(tx, TOR_CONTROL)),
        _place(get(tx, TOR_SOCKS)),
    )


def _known(name: str) -> _Setting:
    if name not in _TABLE:
        raise UnknownSetting(f"There is no such setting; there are {', '.join(_TABLE)}.")
    return _TABLE[name]

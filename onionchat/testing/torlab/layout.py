"""Who is in a private network: names, ports and identities of its authorities and relays.

Plain values with a JSON form; making, writing or running them happens elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

__all__ = ["AUTHORITIES", "Authority", "Layout", "Relay", "authority_name", "relay_name"]

# Fewer than three measuring authorities, and relays get no weight in the consensus.
AUTHORITIES = 3


def authority_name(number: int) -> str:
    """Return the nickname and directory name of an authority."""
    return f"auth{number}"


def relay_name(number: int) -> str:
    """Return the nickname and directory name of a relay."""
    return f"relay{number}"


@dataclass(frozen=True)
class Authority:
    """A directory authority; `v3ident` and `fingerprint` are 40 hexadecimal digits."""

    nickname: str
    or_port: int
    dir_port: int
    v3ident: str
    fingerprint: str


@dataclass(frozen=True)
class Relay:
    """A relay and the port under which the others reach it; `fingerprint` as of an authority."""

    nickname: str
    or_port: int
    fingerprint: str


@dataclass(frozen=True)
class Layout:
    """All nodes of one network."""

    authorities: tuple[Authority, ...]
    relays: tuple[Relay, ...]

    def names(self) -> list[str]:
        """Return the nicknames of all nodes, which are also their directory names."""
        return [
            *(node.nickname for node in self.authorities),
            *(node.nickname for node in self.relays),
        ]

    def ports(self) -> list[int]:
        """Return every port that is written into documents of the network."""
        return [
            *(port for node in self.authorities for port in (node.or_port, node.dir_port)),
            *(node.or_port for node in self.relays),
        ]

    def to_json(self) -> dict[str, object]:
        """Return this layout as values that JSON can hold."""
        return {
            "authorities": [asdict(node) for node in self.authorities],
            "relays": [asdict(node) for node in self.relays],
        }

    @classmethod
    def from_json(cls, value: object) -> Layout:
        """Return the layout that `to_json` gave. Raises `ValueError` if it is not one."""
        return cls(
            tuple(
                Authority(
                    nickname=_text(item, "nickname"),
                    or_port=_port(item, "or_port"),
                    dir_port=_port(item, "dir_port"),
                    v3ident=_text(item, "v3ident"),
                    fingerprint=_text(item, "fingerprint"),
                )
                for item in _list(value, "authorities")
            ),
            tuple(
                Relay(
                    nickname=_text(item, "nickname"),
                    or_port=_port(item, "or_port"),
                    fingerprint=_text(item, "fingerprint"),
                )
                for item in _list(value, "relays")
            ),
        )


def _field(value: object, name: str) -> object:
    if not isinstance(value, Mapping) or name not in value:
        raise ValueError(f"no {name!r} in the description of a network")
    return value[name]


def _list(value: object, name: str) -> list[object]:
    field = _field(value, name)
    if not isinstance(field, list):
        raise ValueError(f"{name!r} is not a list")
    return field


def _text(value: object, name: str) -> str:
    field = _field(value, name)
    if not isinstance(field, str):
        raise ValueError(f"{name!r} is not text")
    return field


def _port(value: object, name: str) -> int:
    field = _field(value, name)
    if not isinstance(field, int) or not 0 < field < 1 << 16:
        raise ValueError(f"{name!r} is not a port")
    return field

"""Onion services over the control port: the commands, made and undone. Who is watched and repaired
is decided in `watchdog`, the states are kept by the transport.
"""

from __future__ import annotations

import base64
from typing import Final

from onionchat.errors import InvalidInput
from onionchat.net.transports.interface import ServiceSpec
from onionchat.net.transports.tor.control import UNRECOGNISED, CommandRefused, Control
from onionchat.protocol.crypto.keys import expanded_onion_secret
from onionchat.protocol.identity.onion import SUFFIX, onion_address
from onionchat.types import OnionKey

_NO_SUCH_ONION: Final = frozenset({552})


def onion_host(onion_key: bytes) -> str:
    """The address without ".onion", 56 characters, as control commands and events have it."""
    return onion_address(OnionKey(onion_key)).removesuffix(SUFFIX)


def add_onion(
    spec: ServiceSpec, target: str, *, extra_key: bytes | None = None, proof_of_work: bool
) -> str:
    """The ADD_ONION command for `spec` with connections going to `target`.

    `target` is "unix:/path" or "address:port". `extra_key` is one more authorised X25519 key.
    The private key is ours, so tor need not (and does not) say it back.

    Raises:
        InvalidInput: `target` cannot stand in a command.
    """
    if not target.isascii() or not target.isprintable() or any(c in target for c in " \"'\\,"):
        raise InvalidInput("The runtime folder's path has characters that Tor cannot take.")
    keys = list(spec.authorised)
    if keys and extra_key is not None:
        keys.append(extra_key)
    secret = base64.b64encode(expanded_onion_secret(spec.key)).decode()
    words = [f"ADD_ONION ED25519-V3:{secret}"]
    if keys:
        words.append("Flags=V3Auth")
    if spec.max_streams:
        words.append(f"MaxStreams={spec.max_streams}")
    if proof_of_work:
        words.append("PoWDefensesEnabled=1")
    words.append(f"Port={spec.port},{target}")
    words += [f"ClientAuthV3={_base32(key)}" for key in keys]
    return " ".join(words)


def _base32(key: bytes) -> str:
    return base64.b32encode(key).decode().rstrip("=")


async def publish(
    control: Control, spec: ServiceSpec, target: str, *, extra_key: bytes | None
) -> None:
    """Publish, without proof of work if this tor does not know it. Raises as `Control.command`."""
    try:
        await control.command(
            add_onion(spec, target, extra_key=extra_key, proof_of_work=spec.proof_of_work)
        )
    except CommandRefused as refused:
        if not spec.proof_of_work or refused.status not in UNRECOGNISED:
            raise
        await control.command(add_onion(spec, target, extra_key=extra_key, proof_of_work=False))


async def withdraw(control: Control, onion_key: bytes) -> None:
    """Withdraw; fine if it was not published. Raises as `Control.command`."""
    try:
        await control.command(f"DEL_ONION {onion_host(onion_key)}")
    except CommandRefused as refused:
        if refused.status not in _NO_SUCH_ONION:
            raise


async def authorise(control: Control, onion_key: bytes, access_secret: bytes) -> None:
    """Let tor use an X25519 secret for dialling a service. In memory only: no Permanent flag.

    Raises as `Control.command`.
    """
    secret = base64.b64encode(access_secret).decode()
    await control.command(f"ONION_CLIENT_AUTH_ADD {onion_host(onion_key)} x25519:{secret}")


async def unauthorise(control: Control, onion_key: bytes) -> None:
    """Undo `authorise`; tor does not mind if there is nothing to undo. Raises as `command`."""
    await control.command(f"ONION_CLIENT_AUTH_REMOVE {onion_host(onion_key)}")

"""The long-term keys of a network's nodes, made by tor's own programs, all side by side.

Which ports the nodes have is decided by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.layout import (
    AUTHORITIES,
    Authority,
    Layout,
    Relay,
    authority_name,
    relay_name,
)
from onionchat.testing.torlab.process import run_all
from onionchat.testing.torlab.program import TorProgram

__all__ = ["make_keys"]

_SECONDS = 60.0
_HEX_ID = re.compile("[0-9A-F]{40}")
# tor lists a fingerprint only for a relay with a valid configuration; this authority is nobody.
_NO_AUTHORITY = f"x orport=1 no-v2 v3ident={'A' * 40} 127.0.0.1:1 {'B' * 40}"


def make_keys(
    program: TorProgram, base: Path, empty: Path, ports: Sequence[int], relays: int
) -> Layout:
    """Make the data directories below `base` with new keys, and return who is in them.

    `ports` are two for each authority (OR, directory) and one for each relay. `empty` is an empty
    file. Raises `TorLabError` if the keys cannot be made.
    """
    chosen = iter(ports)
    authorities = [(authority_name(i), next(chosen), next(chosen)) for i in range(AUTHORITIES)]
    others = [(relay_name(i), next(chosen)) for i in range(relays)]

    commands: list[tuple[list[str | Path], bytes, Path]] = []
    for name, _, dir_port in authorities:
        # First the slowest: these make RSA keys of 3072 bits.
        keys = _private(_private(base / name) / "keys")
        argv: list[str | Path] = [program.gencert, "--create-identity-key"]
        argv += ["--passphrase-fd", "0", "-m", "12", "-a", f"127.0.0.1:{dir_port}"]
        argv += ["-i", keys / "authority_identity_key", "-s", keys / "authority_signing_key"]
        argv += ["-c", keys / "authority_certificate"]
        commands.append((argv, b"x\n", base / name / "gencert.log"))
    for name, or_port in [*((name, port) for name, port, _ in authorities), *others]:
        argv = [program.tor, "--list-fingerprint", "--quiet"]
        argv += ["-f", empty, "--defaults-torrc", empty, "--DataDirectory", _private(base / name)]
        argv += ["--Nickname", name, "--ORPort", f"127.0.0.1:{or_port}", "--SocksPort", "0"]
        argv += ["--Address", "127.0.0.1", "--TestingTorNetwork", "1", "--AssumeReachable", "1"]
        argv += ["--DirAuthority", _NO_AUTHORITY]
        commands.append((argv, b"", base / name / "fingerprint.log"))
    run_all(commands, seconds=_SECONDS)

    return Layout(
        tuple(
            Authority(name, or_port, dir_port, _v3ident(base / name), _fingerprint(base / name))
            for name, or_port, dir_port in authorities
        ),
        tuple(Relay(name, or_port, _fingerprint(base / name)) for name, or_port in others),
    )


def _private(directory: Path) -> Path:
    directory.mkdir(mode=0o700, exist_ok=True)
    return directory


def _fingerprint(data_directory: Path) -> str:
    """Return the fingerprint from the file ``fingerprint``: ``<nickname> <40 digits>``."""
    words = _read(data_directory / "fingerprint").split()
    return _hex_id(words[-1] if words else "", data_directory)


def _v3ident(data_directory: Path) -> str:
    for line in _read(data_directory / "keys" / "authority_certificate").splitlines():
        if line.startswith("fingerprint "):
            return _hex_id(line.split()[1], data_directory)
    raise TorLabError(f"tor-gencert made a certificate without a fingerprint in {data_directory}.")


def _hex_id(text: str, data_directory: Path) -> str:
    if not _HEX_ID.fullmatch(text):
        raise TorLabError(f"The keys in {data_directory} have no readable fingerprint: {text!r}.")
    return text


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TorLabError(f"The keys were not made: {error}.") from error

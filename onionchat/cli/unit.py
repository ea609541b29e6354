"""The text of a systemd user unit for a home node.

What lives here: its lines, and how systemd quotes. What may not: files, running anything.

The lines of `CONFINED` need a user namespace; where the kernel gives none to its users, a service
with them does not start. Everything else is a filter of the kernel's and holds everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = "onionchat.service"
CREDENTIAL: Final = "passphrase"
"""By this name the node looks for it (`daemon`)."""

_PLAIN: Final = re.compile(r"[\w./+@:=~,-]+", re.ASCII)

UNIT: Final = """\
# Made by `onionchat service install`; changes belong in `systemctl --user edit onionchat`.
[Unit]
Description=onionchat node
Documentation=man:systemd.exec(5)
# Whatever hinders it may be over in a minute (a disk that is full), or in an hour: go on trying.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command}
{credential}Restart=on-failure
RestartSec=30
TimeoutStartSec=180
TimeoutStopSec=60
WatchdogSec=180

# The node and its tor need nothing of all this.
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
{families}
"""

OWN_TOR: Final = """\
# Its tor needs the Internet families. The node itself makes Unix sockets alone, and hears by
# netlink that the network has changed.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK"""

JOINED_TOR: Final = """\
# The tor that it joins is reached over Unix sockets: no other socket can be made, by whatever runs.
RestrictAddressFamilies=AF_UNIX"""

CONFINED: Final = """\

# These need a user namespace (`onionchat service install --unconfined` leaves them out).
PrivateUsers=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
# What is not in the profile's folder: sockets, where its path is too long for them.
ReadWritePaths={writable} %t
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
"""

INSTALL: Final = """\

[Install]
WantedBy=default.target
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the unit is made of."""

    command: Sequence[str]
    """Program and arguments."""
    writable: Sequence[Path]
    """Folders in which the service writes; they need not exist yet."""
    passphrase_file: Path | None = None
    """Handed over as a credential; None: the node starts locked."""
    unix_only: bool = False
    """Whether the tor that is joined is reached over Unix sockets."""
    confined: bool = True


def text(wanted: Wanted) -> str:
    """The unit."""
    credential = ""
    if wanted.passphrase_file is not None:
        # Everything after the colon is the path, blanks and all; no quotes are read here.
        path = str(wanted.passphrase_file).replace("%", "%%")
        credential = f"LoadCredential={CREDENTIAL}:{path}\n"
    unit = UNIT.format(
        command=" ".join(map(quoted, wanted.command)),
        credential=credential,
        families=JOINED_TOR if wanted.unix_only else OWN_TOR,
    )
    if wanted.confined:
        # "-": what does not exist yet is made by the node.
        unit += CONFINED.format(
            writable=" ".join(quoted(f"-{path}", dollars=False) for path in wanted.writable)
        )
    return unit + INSTALL


def quoted(word: str, *, dollars: bool = True) -> str:
    """One word of a line, as systemd splits and expands it; `dollars` where variables are, too."""
    word = word.replace("%", "%%")
    if dollars:
        word = word.replace("$", "$$")
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

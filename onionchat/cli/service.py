"""service: a systemd unit of this user's for a home node. Nothing here needs more rights than the
person has, and nothing is started by it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from onionchat.control import address
from onionchat.errors import InvalidInput, Refused

from . import start, unit
from .session import Session

NEXT: Final = """\
{path} was written. Now:

    systemctl --user daemon-reload
    systemctl --user enable --now onionchat
    loginctl enable-linger            # it runs without you being logged in
"""
STARTS_LOCKED: Final = """\

It starts locked: after each start, also over ssh, `onionchat unlock` opens the profile. With
--passphrase-file FILE it opens by itself, and so does the profile for whoever has that file.
"""
OPENS: Final = """\

It opens by itself with the passphrase in {file}: that file belongs on an encrypted disk.
"""
_NO_NAMESPACES: Final = {
    "/proc/sys/kernel/unprivileged_userns_clone": "0",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
    "/proc/sys/user/max_user_namespaces": "0",
}
"""Where Linux, Debian and Ubuntu say that users get no namespaces, and how."""


def service(session: Session) -> None:
    """Write, show or remove the unit."""
    path = unit_path()
    if session.options.action == "remove":
        _remove(path)
        return
    text = unit.text(_wanted(session))
    if session.options.print:
        print(text, end="")
        return
    if path.exists() and path.read_text(encoding="utf-8") != text and not session.options.replace:
        raise Refused(f"{path} is there already, and differs; --replace overwrites it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
    print(NEXT.format(path=path), end="")
    file = session.passphrase_file
    print(STARTS_LOCKED if file is None else OPENS.format(file=file), end="")


def unit_path() -> Path:
    """Where systemd looks for a unit that its user has made."""
    said = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(said) if os.path.isabs(said) else Path("~/.config").expanduser()
    return base / "systemd" / "user" / unit.NAME


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        raise Refused(f"There is no {path}.") from None
    print(f"{path} was removed. A service that runs goes on until: systemctl --user stop onionchat")


def _wanted(session: Session) -> unit.Wanted:
    profile = session.profile.absolute()
    for path in filter(None, (profile, session.passphrase_file)):
        if any(ord(character) < ord(" ") for character in str(path)):
            raise InvalidInput("A path with line breaks or the like can stand in no unit.")
    file = session.passphrase_file
    tor = getattr(session.options, "tor_control", None)
    return unit.Wanted(
        command=[*_program(), "node", "--headless", f"--profile={profile}", *_tor(session)],
        writable=_writable(profile),
        passphrase_file=None if file is None else file.absolute(),
        unix_only=tor is not None and tor.startswith("unix:"),
        confined=not session.options.unconfined and namespaces(),
    )


def _tor(session: Session) -> list[str]:
    given = start.node_options(session)
    # What the person's shell knows, and the service's environment does not.
    found = os.environ.get("ONIONCHAT_TOR")
    if found and not any(option.startswith(("--tor=", "--tor-control=")) for option in given):
        given.append(f"--tor={found}")
    return given


def _program() -> list[str]:
    script = Path(sys.executable).parent / "onionchat"
    if script.exists():
        return [str(script)]
    return [sys.executable, "-P", "-m", "onionchat.cli"]


def _writable(profile: Path) -> list[Path]:
    # A profile that is destroyed takes its folder along, so it must not be a mount of its own; the
    # folder of all profiles is the program's, and takes backups, too.
    usual = address.default_profile(os.environ).parent
    return [usual if profile.parent == usual else profile]


def namespaces() -> bool:
    """Whether this system lets its users make user namespaces."""
    for place, no in _NO_NAMESPACES.items():
        try:
            if Path(place).read_text(encoding="ascii").strip() == no:
                return False
        except OSError:
            # Kernels without that switch allow it.
            continue
    return True

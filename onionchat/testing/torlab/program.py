"""Which tor to run: finding the tor and tor-gencert programs and asking for their version.

Nothing here starts a long-lived process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from onionchat.testing.torlab.errors import TorLabError

__all__ = ["TorProgram", "find_tor"]

_ENVIRONMENT = "ONIONCHAT_TOR"
_PATH_FILE = Path(".cache/tor-path")
_VERSION_SECONDS = 30.0


@dataclass(frozen=True)
class TorProgram:
    """The programs of one tor installation."""

    tor: Path
    gencert: Path

    def command(self, torrc: Path, empty: Path) -> list[str | Path]:
        """Return the command line that runs tor with `torrc` alone; `empty` is an empty file.

        Without the empty file the defaults of the system's tor service come in.
        """
        return [self.tor, "-f", torrc, "--defaults-torrc", empty]

    def version(self) -> str:
        """Return the first line that ``tor --version`` prints. Raises `TorLabError`."""
        try:
            done = subprocess.run(
                [self.tor, "--version"],
                capture_output=True,
                check=True,
                text=True,
                timeout=_VERSION_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise TorLabError(f"{self.tor} does not run: {error}.") from error
        lines = done.stdout.splitlines()
        if not lines:
            raise TorLabError(f"{self.tor} --version prints nothing.")
        return lines[0].strip()


def find_tor(wanted: Path | str | None = None) -> TorProgram:
    """Find tor: `wanted`, else ONIONCHAT_TOR, else the first line of .cache/tor-path, else PATH.

    The file is looked for below the current directory. A place that is named but holds no program
    is an error, it does not fall through to the next. Raises `TorLabError` if there is no tor or
    no tor-gencert beside it or on PATH.
    """
    tor = _program(wanted) if wanted is not None else _configured_tor()
    beside = (path.with_name("tor-gencert") for path in (tor, tor.resolve()))
    found = next((str(path) for path in beside if os.access(path, os.X_OK)), None)
    found = found or shutil.which("tor-gencert")
    if found is None:
        raise TorLabError(
            f"There is no tor-gencert beside {tor} nor on PATH; it makes the authorities' keys."
        )
    return TorProgram(tor, Path(found))


def _configured_tor() -> Path:
    from_environment = os.environ.get(_ENVIRONMENT)
    if from_environment:
        return _program(from_environment)
    try:
        lines = _PATH_FILE.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        lines = []
    if lines and lines[0].strip():
        return _program(lines[0].strip())
    return _program("tor")


def _program(name: Path | str) -> Path:
    found = shutil.which(name)
    if found is None:
        raise TorLabError(
            f"There is no tor program {str(name)!r}. Install tor, or name its path in the"
            f" environment variable {_ENVIRONMENT} or in the file {_PATH_FILE}."
        )
    return Path(found).absolute()

"""Entry point of `onionchat-gui`: arguments, and one sentence where a package is missing."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from onionchat import __version__
from onionchat.control import address

from . import screen


def main(arguments: Sequence[str] | None = None) -> int:
    """Show the window; returns the exit status, 1 when a package or a library of Qt is missing."""
    parser = argparse.ArgumentParser(prog="onionchat-gui", description="The window of onionchat.")
    parser.add_argument("--version", action="version", version=f"onionchat {__version__}")
    parser.add_argument("--profile", metavar="DIR", help="the profile's folder")
    parser.add_argument(
        "--torrc", metavar="FILE", help="a new node appends this to its tor's settings"
    )
    parser.add_argument("--tor", metavar="BINARY", help="the tor program that a new node starts")
    parser.add_argument("--tor-control", metavar="ADDRESS", help="join the tor that listens here")
    parser.add_argument(
        "--language", metavar="NAME", default="", help="as in de; until one is chosen"
    )
    chosen = parser.parse_args(arguments)
    refusal = address.refusal()
    if refusal is not None:
        return _refused(refusal)
    given = chosen.profile or os.environ.get("ONIONCHAT_PROFILE")
    profile = Path(given).absolute() if given else address.default_profile(os.environ)
    missing = [name for name in ("PySide6", "jeepney") if importlib.util.find_spec(name) is None]
    if missing:
        needs = " and ".join(missing)
        sys.stderr.write(f"The window needs {needs}: pip install 'onionchat[gui]'\n")
        return 1
    try:
        from PySide6.QtCore import QLibraryInfo

        from .application import run
    except ImportError as error:
        sys.stderr.write(f"Qt does not start here: {error}\n")
        return 1
    if sys.platform.startswith("linux"):
        plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
        if reason := screen.problem(os.environ, plugins):
            sys.stderr.write(reason + "\n")
            return 1
    # The node, and windows of other profiles, start in other folders.
    options = [f"--torrc={Path(chosen.torrc).absolute()}"] if chosen.torrc else []
    options += [f"--tor={chosen.tor}"] if chosen.tor else []
    options += [f"--tor-control={chosen.tor_control}"] if chosen.tor_control else []
    return run(profile, tuple(options), chosen.language)


def _refused(sentence: str) -> int:
    # What Windows starts from a menu has no standard streams.
    if sys.stderr is not None:
        sys.stderr.write(sentence + "\n")
    elif importlib.util.find_spec("PySide6") is not None:
        from PySide6.QtWidgets import QApplication, QMessageBox

        application = QApplication.instance() or QApplication(["onionchat-gui"])
        box = QMessageBox(QMessageBox.Icon.Information, "onionchat", sentence)
        box.show()
        application.exec()
    return 1


if __name__ == "__main__":
    sys.exit(main())

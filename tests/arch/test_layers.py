"""The import contracts of .importlinter hold, and each of them bites."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Where each root package stands.
PACKAGES = ("onionchat", "gui/onionchat_gui", "tor-config/onionchat_torconfig")


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter over the packages of this tree."""
    path = os.pathsep.join(str(tree / Path(p).parent) for p in PACKAGES)
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
        + ["--no-cache", "--no-logo"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def plant(tree: Path, module: str, text: str) -> None:
    """Write a module, together with the packages above it where there are none yet."""
    file = tree / (module + ".py")
    file.parent.mkdir(parents=True, exist_ok=True)
    root = next(tree / package for package in PACKAGES if module.startswith(package + "/"))
    for parent in file.parents:
        if parent.is_relative_to(root):
            (parent / "__init__.py").touch()
    file.write_text(text + "\n")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of all packages and of the contracts."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_contracts_hold() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


# (start of the name of the contract that must be broken; planted modules with their content)
VIOLATIONS = [
    ("Packages:", {"onionchat/node/planted": "import onionchat_gui"}),
    ("Packages:", {"tor-config/onionchat_torconfig/planted": "import onionchat.types"}),
    (
        "Strata:",
        {
            "onionchat/protocol/wire/planted": "import onionchat.node.used",
            "onionchat/node/used": "",
        },
    ),
    (
        "Strata:",
        {"onionchat/net/planted": "import onionchat.store.used", "onionchat/store/used": ""},
    ),
    (
        "Strata:",
        {"onionchat/node/planted": "import onionchat.testing.used", "onionchat/testing/used": ""},
    ),
    ("Strata:", {"onionchat/without_a_layer": ""}),
    (
        "Inside protocol/:",
        {
            "onionchat/protocol/wire/planted": "import onionchat.protocol.sync.used",
            "onionchat/protocol/sync/used": "",
        },
    ),
    ("Strata:", {"onionchat/views": "import onionchat.protocol.wire"}),
    ("Inside protocol/:", {"onionchat/protocol/without_a_layer": ""}),
    ("protocol/, the views", {"onionchat/protocol/wire/planted": "import socket"}),
    ("protocol/, the views", {"onionchat/protocol/wire/planted": "import twisted.python.log"}),
    ("protocol/, the views", {"onionchat/control/schema/planted": "import sqlite3"}),
    (
        "protocol/, the views",
        {
            "onionchat/protocol/wire/planted": "import onionchat.protocol.crypto.used",
            "onionchat/protocol/crypto/used": "import asyncio",
        },
    ),
    ("store/ is blocking", {"onionchat/store/planted": "from twisted.internet import defer"}),
    (
        "Front ends know only",
        {"gui/onionchat_gui/planted": "import onionchat.store.used", "onionchat/store/used": ""},
    ),
    (
        "Front ends know only",
        {
            "onionchat/cli/planted": "import onionchat.control.server",
            "onionchat/control/server": "",
        },
    ),
    ("Front ends have no Twisted", {"onionchat/cli/planted": "import twisted"}),
    ("Front ends have no Twisted", {"gui/onionchat_gui/planted": "import txtorcon"}),
    (
        "Inside the window",
        {
            "gui/onionchat_gui/viewmodels/planted": "import onionchat_gui.connection",
            "gui/onionchat_gui/connection": "",
        },
    ),
    (
        "Inside the window",
        {
            "gui/onionchat_gui/views/planted": "import onionchat_gui.connection",
            "gui/onionchat_gui/connection": "",
        },
    ),
    ("Inside the window", {"gui/onionchat_gui/without_a_layer": ""}),
    ("Pictures of others", {"gui/onionchat_gui/views/planted": "import onionchat_gui.qr"}),
    ("The window and the command", {"gui/onionchat_gui/planted": "import onionchat.cli.start"}),
    ("Only the transports", {"onionchat/node/planted": "import stem.control"}),
    ("Only the transports", {"onionchat/net/planted": "import onionchat_torconfig"}),
]


@pytest.mark.parametrize(("contract", "modules"), VIOLATIONS)
def test_violation_is_caught(tree: Path, contract: str, modules: dict[str, str]) -> None:
    for module, text in modules.items():
        plant(tree, module, text)
    run = lint_imports(tree)
    assert run.returncode != 0, run.stdout
    broken = [line for line in run.stdout.splitlines() if " BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), run.stdout + run.stderr


def test_transports_may_know_tor(tree: Path) -> None:
    """The counterpart of the violations: what the contracts allow stays allowed."""
    plant(
        tree, "onionchat/net/transports/tor/planted", "import stem, txtorcon, onionchat_torconfig"
    )
    plant(tree, "onionchat/node/planted", "import onionchat.net.transports.tor.planted")
    plant(tree, "onionchat/protocol/session/planted", "import automat")
    run = lint_imports(tree)
    assert run.returncode == 0, run.stdout + run.stderr


def test_protocol_loads_nothing_that_does_io() -> None:
    """The linter reads import statements; this asks the interpreter what really gets loaded."""
    script = """
import importlib, pkgutil, sys
import onionchat.protocol
for found in pkgutil.walk_packages(onionchat.protocol.__path__, "onionchat.protocol."):
    importlib.import_module(found.name)
print(*{"PySide6", "apsw", "sqlite3", "stem", "twisted", "txtorcon"} & sys.modules.keys())
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, "\n"), run.stdout + run.stderr

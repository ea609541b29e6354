"""What the window's parts may load of Qt: view models need no display, and no part needs Twisted.

The import linter knows PySide6 only as a whole, so this asks the interpreter what gets loaded.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """
import importlib, pkgutil, sys
import onionchat_gui
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), name + "."):
        importlib.import_module(found.name)
print(*sorted({"PySide6.QtGui", "PySide6.QtWidgets", "PySide6.QtNetwork", "twisted"}
              & sys.modules.keys()))
"""


def loaded(*modules: str, path: Path | None = None) -> list[str]:
    """What of the display, the network and Twisted these modules load."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *modules],
        cwd=path or ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


@pytest.mark.parametrize("module", ["onionchat_gui.node", "onionchat_gui.viewmodels"])
def test_view_models_need_no_display(module: str) -> None:
    pytest.importorskip("PySide6.QtCore", exc_type=ImportError)
    assert loaded(module) == []


def test_a_view_model_with_widgets_is_noticed(tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    package = tmp_path / "planted"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "wrong.py").write_text("from PySide6.QtWidgets import QWidget\n")
    assert "PySide6.QtWidgets" in loaded("planted", path=tmp_path)


def of_the_core(source: str) -> set[str]:
    """The modules of the core that this source imports, as `control.schema`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            # Out of a package come modules, out of a module names.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if is_module(name) else f"{node.module}" for name in names}
    return {name.removeprefix("onionchat.") for name in found if name.startswith("onionchat.")}


def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").exists()


def listed() -> set[str]:
    """What docs/desktop.md says that the window sees of the core."""
    page = (ROOT / "docs" / "desktop.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"Of the core the window sees (.+?)\. It does not", page)
    return set(re.findall(r"`([\w.]+)`", sentence))


def test_what_the_window_sees_of_the_core_is_written_down() -> None:
    sources = sorted((ROOT / "gui" / "onionchat_gui").rglob("*.py"))
    seen = {name for file in sources for name in of_the_core(file.read_text(encoding="utf-8"))}
    assert {"control.schema", "control.core_dumps", "views"} <= seen
    assert seen - listed() == set()


def test_a_module_that_is_not_written_down_is_found() -> None:
    source = "from onionchat.control import launch, methods\nfrom onionchat.node.node import Node\n"
    assert of_the_core(source) - listed() == {"control.methods", "node.node"}

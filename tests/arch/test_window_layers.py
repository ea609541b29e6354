"""What the window's parts may load of Qt: view models need no display, and no part needs Twisted.

The import linter knows PySide6 only as a whole, so this asks the interpreter what gets loaded.
"""

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

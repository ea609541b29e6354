"""`make menu`: an entry in the desktop's menu that starts the window of this folder."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "org.onionchat.Onionchat"
DESKTOP = Path("gui", "onionchat_gui", "desktop")
AWKWARD = 'it\'s a $HOME "folder" 100 %\\`x`'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / AWKWARD
    (made / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "menu-entry", made / "tools")
    shutil.copytree(ROOT / DESKTOP, made / DESKTOP)
    (made / ".cache").mkdir()
    (made / ".cache" / "tor-path").write_text("/usr/sbin/tor\n")
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(folder: Path, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "tools" / "menu-entry", *arguments],
        env={**os.environ, "XDG_DATA_HOME": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


def entry(data: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(data / "applications" / f"{NAME}.desktop", encoding="utf-8")
    return dict(parser["Desktop Entry"])


def test_it_starts_what_is_in_the_folder_whatever_that_is_called(folder: Path, data: Path) -> None:
    assert run(folder, data).returncode == 0
    found = entry(data)
    program = str(folder / ".venv" / "bin" / "onionchat-gui")
    # As desktops read it: the file's escapes, then quoting as in a shell, then the percent signs.
    written = found["Exec"].replace("\\\\", "\\")
    shell = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {written}"], capture_output=True, text=True
    )
    assert shell.stdout.replace("%%", "%").splitlines() == [program, "--tor", "/usr/sbin/tor"]
    assert found["TryExec"].replace("\\\\", "\\") == program


def test_the_rest_is_that_of_the_packaged_entry(folder: Path, data: Path) -> None:
    run(folder, data)
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(ROOT / DESKTOP / f"{NAME}.desktop", encoding="utf-8")
    packaged = dict(parser["Desktop Entry"])
    found = entry(data)
    assert set(found) - set(packaged) == {"TryExec"}
    assert {key for key in packaged if packaged[key] != found[key]} == {"Exec"}
    drawing = data / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg"
    assert drawing.read_bytes() == (ROOT / DESKTOP / f"{NAME}.svg").read_bytes()


def test_it_is_taken_away_again_and_twice_is_fine(folder: Path, data: Path) -> None:
    run(folder, data)
    for _ in range(2):
        assert run(folder, data, "remove").returncode == 0
        assert [path for path in data.rglob("*") if path.is_file()] == []


def test_anything_else_is_refused(folder: Path, data: Path) -> None:
    assert run(folder, data, "sideways").returncode == 2
    assert not data.exists()

"""What a user gets: the wheel holds every file of the packages and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FOLDERS = (".", "gui", "tor-config")
PACKAGES = ("onionchat", "onionchat_gui", "onionchat_torconfig")


def copy_sources(to: Path) -> Path:
    """Copy what a build needs; building in place could pick up a stale build/ folder."""
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("onionchat", "gui", "tor-config", "tests"):
        shutil.copytree(ROOT / name, to / name, ignore=ignore)
    for name in ("pyproject.toml", "setup.py", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, to)
    return to


def build(source: Path, to: Path) -> set[str]:
    """Build the wheel of a source tree; return the names of the files in it."""
    run = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        + ["--wheel-dir", str(to), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = to.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def missing_from(wheel: set[str], source: Path) -> list[str]:
    """The files of the packages that code may import or open and that the wheel lacks."""
    return [
        str(path.relative_to(source))
        for folder in FOLDERS
        for package in PACKAGES
        for path in sorted((source / folder / package).rglob("*"))
        # Notes for the reader of the source are the one thing that stays behind.
        if path.is_file() and path.suffix not in (".pyc", ".md")
        if path.relative_to(source / folder).as_posix() not in wheel
    ]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return build(source, tmp_path_factory.mktemp("wheel"))


def test_holds_every_file(source: Path, wheel: set[str]) -> None:
    assert missing_from(wheel, source) == []
    assert "onionchat/py.typed" in wheel


def test_holds_nothing_else(wheel: set[str]) -> None:
    top = {name.split("/")[0] for name in wheel}
    ours = {name for name in top if not name.endswith((".dist-info", ".data"))}
    assert ours == set(PACKAGES)
    assert [name for name in wheel if "tests" in name.split("/") or "__pycache__" in name] == []


def test_brings_the_window_into_the_menus_of_desktops(wheel: set[str]) -> None:
    assert {name.partition(".data/data/")[2] for name in wheel if ".data/" in name} == {
        "share/applications/org.onionchat.Onionchat.desktop",
        "share/icons/hicolor/scalable/apps/org.onionchat.Onionchat.svg",
    }


def test_entry_points_and_metadata(wheel: set[str]) -> None:
    (info,) = {name.split("/")[0] for name in wheel if ".dist-info/" in name}
    assert {f"{info}/entry_points.txt", f"{info}/licenses/LICENSE"} <= wheel


def test_a_forgotten_file_is_noticed(source: Path, wheel: set[str]) -> None:
    """The check itself: a file that is in the tree and not in the wheel must show."""
    forgotten = source / "onionchat" / "forgotten.bin"
    forgotten.touch()
    try:
        assert "onionchat/forgotten.bin" in missing_from(wheel, source)
    finally:
        forgotten.unlink()

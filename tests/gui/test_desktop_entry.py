"""The entry in the menus of desktops: what the Desktop Entry Specification wants of it."""

import configparser
import re
import shutil
import subprocess
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from onionchat_gui import icons

ROOT = Path(__file__).parents[2]
FOLDER = files("onionchat_gui") / "desktop"
NAME = "org.onionchat.Onionchat"
FILE = FOLDER / f"{NAME}.desktop"

KEYS = {
    "Type", "Version", "Name", "GenericName", "Comment", "Exec", "TryExec", "Icon", "Terminal",
    "Categories", "Keywords", "StartupNotify", "StartupWMClass", "SingleMainWindow", "MimeType",
    "Actions", "DBusActivatable",
}  # fmt: skip
LISTS = {"Categories", "Keywords", "MimeType", "Actions"}
FLAGS = {"Terminal", "StartupNotify", "SingleMainWindow", "DBusActivatable"}
TRANSLATED = {"Name", "GenericName", "Comment", "Keywords"}


@pytest.fixture
def entry():
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True, interpolation=None)
    parser.optionxform = str
    parser.read_string(FILE.read_text(encoding="utf-8"))
    assert parser.sections() == ["Desktop Entry"]
    return dict(parser["Desktop Entry"])


def test_the_lines_are_those_of_the_specification():
    first, *lines = FILE.read_text(encoding="utf-8").splitlines()
    assert first == "[Desktop Entry]"
    for line in lines:
        assert re.fullmatch(r"[A-Za-z-]+(\[[a-z]{2}(_[A-Z]{2})?\])?=\S(.*\S)?", line), line


def test_the_keys_are_known_and_those_that_must_be_are_there(entry):
    plain = {key.partition("[")[0] for key in entry}
    assert plain <= KEYS
    assert {"Type", "Name", "Exec", "Icon"} <= entry.keys()
    assert (entry["Type"], entry["Version"]) == ("Application", "1.1")


def test_values_have_the_form_of_their_kind(entry):
    for key, value in entry.items():
        name = key.partition("[")[0]
        assert name not in FLAGS or value in ("true", "false"), key
        assert name not in LISTS or value.endswith(";"), key
        assert "[" not in key or name in TRANSLATED, key
        assert "[" not in key or name in entry, f"{key} translates nothing"
    assert entry["Terminal"] == "false"
    assert entry["Comment"] not in (entry["Name"], entry["GenericName"])


def test_the_categories_are_registered_and_have_their_main_one(entry):
    categories = entry["Categories"].strip(";").split(";")
    assert categories == ["Network", "InstantMessaging", "Chat"]


def test_it_starts_the_program_that_is_installed_with_it(entry):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert entry["Exec"].split()[0] in project["project"]["gui-scripts"]
    placed = project["tool"]["setuptools"]["data-files"]
    for suffix, place in (
        ("desktop", "share/applications"),
        ("svg", "share/icons/hicolor/scalable/apps"),
    ):
        assert placed[place] == [f"gui/onionchat_gui/desktop/{NAME}.{suffix}"]
        assert (ROOT / placed[place][0]).is_file()


def test_its_picture_is_the_windows(entry):
    assert entry["Icon"] == NAME, "a name, not a path"
    assert (FOLDER / f"{NAME}.svg").read_bytes() == icons.drawing(icons.APPLICATION)
    assert entry["StartupWMClass"] == NAME


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="not installed")
def test_the_validator_has_nothing_to_say():
    run = subprocess.run(
        ["desktop-file-validate", str(FILE)], capture_output=True, text=True, check=False
    )
    assert (run.stdout + run.stderr, run.returncode) == ("", 0)

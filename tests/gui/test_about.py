"""The page about the program: its version, whose work it is, and where the profile lies."""

import re
import tomllib
from pathlib import Path

import pytest
from fake_node import STATUS, FakeNode, FakeStarter
from msgspec.structs import replace
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel

import onionchat
from onionchat.control import schema
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.about_page import OTHERS, AboutPage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page(qtbot, look):
    node = FakeNode()
    node.replies[schema.Status] = replace(STATUS, profile="/media/<b>ada</b>/onionchat")
    desk = Desk(node, FakeStarter(node), lambda: node.now)
    made = AboutPage(desk, look)
    qtbot.addWidget(made)
    made.show()
    desk.session.open()
    node.deliver()
    return made


def words(page):
    return "\n".join(found.text() for found in page.findChildren(QLabel))


def test_version_licence_and_place_of_the_profile_are_said(page):
    assert onionchat.__version__ in page.version.text()
    assert page.place.text().replace("\u200b", "") == "/media/<b>ada</b>/onionchat"
    assert "GNU General Public License" in words(page).replace("\n", " ")


def test_every_library_that_is_installed_with_it_is_named(page):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["gui"]
    named = re.sub(r"[^a-z0-9]", "", " ".join(name for name, _ in OTHERS).lower())
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)[0].lower()
        short = {"apsw-sqlite3mc": "apsw", "pyside6-essentials": "pyside6"}.get(name, name)
        assert re.sub(r"[^a-z0-9]", "", short) in named, name


def test_the_licence_of_the_pictures_is_shown_whole(page, qtbot):
    assert not page.text.isVisible()
    page.more.click()
    assert page.text.isVisible()
    assert "Copyright (c)" in page.text.text()


def test_keys_scroll_where_only_back_has_the_focus(page, qtbot):
    page.resize(500, 300)
    bar = page.area.verticalScrollBar()
    page.back.setFocus()
    for key, place in (("End", bar.maximum), ("Home", bar.minimum)):
        qtbot.keyClick(page.back, getattr(Qt.Key, f"Key_{key}"))
        assert bar.value() == place()
    qtbot.keyClick(page.back, Qt.Key.Key_PageDown)
    assert bar.minimum() < bar.value() < bar.maximum()
    qtbot.keyClick(page.back, Qt.Key.Key_PageUp)
    assert bar.value() == bar.minimum()

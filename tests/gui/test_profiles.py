"""The profiles of this user: which there are, and a window for another one."""

import os
import sys
from pathlib import Path

import pytest
from fake_node import FakeNode, FakeStarter
from fake_windows import FakeWindows
from PySide6.QtCore import QEvent, QProcess
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel
from tab_order import controls, nameless

from onionchat.control import address
from onionchat.control.profiles import ProfileView
from onionchat.errors import UnsafePermissions
from onionchat_gui import window_process
from onionchat_gui.activation import ACTIVATION
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.profiles import Profiles
from onionchat_gui.views.profiles_page import ProfilesPage
from onionchat_gui.window_process import WindowProcess


def profile(name, folder="/p", **changes):
    fields = dict(default=name == "default", running=False, key=True)
    return ProfileView(name, f"{folder}/{name}", **(fields | changes))


OWN, WORK = profile("default", running=True), profile("work")
LOST = profile("lost", key=False)


@pytest.fixture
def windows(tmp_path):
    return FakeWindows(OWN, WORK, LOST, folder=tmp_path)


@pytest.fixture
def model(qapp, windows):
    made = Profiles(windows)
    made.load()
    return made


@pytest.fixture
def desk(qapp, windows):
    node = FakeNode()
    return Desk(node, FakeStarter(node), lambda: node.now, windows=windows)


@pytest.fixture
def page(qtbot, desk, look):
    made = ProfilesPage(desk, look)
    qtbot.addWidget(made)
    made.show()
    return made


def words(page):
    return [found.text() for found in page.findChildren(QLabel) if found.isVisible()]


class TestTheModel:
    def test_knows_the_profile_of_this_window(self, model):
        assert [view.name for view in model.views if model.is_own(view)] == ["default"]
        assert model.elsewhere is None

    def test_also_by_a_link(self, tmp_path, qapp):
        real = tmp_path / "real"
        real.mkdir()
        (tmp_path / "link").symlink_to(real)
        model = Profiles(FakeWindows(profile("real", str(tmp_path)), own=str(tmp_path / "link")))
        model.load()
        assert model.is_own(model.views[0])

    def test_knows_that_its_own_is_elsewhere(self, windows, qapp):
        windows.own = Path("/media/stick/profile")
        model = Profiles(windows)
        model.load()
        assert model.elsewhere == windows.own

    def test_opens_another_one(self, model, windows):
        opened = []
        model.opened.connect(opened.append)
        model.open(WORK)
        assert (windows.opened, opened) == ([Path(WORK.path)], ["work"])

    def test_says_when_that_fails(self, model, windows):
        windows.works = False
        model.open(WORK)
        assert model.problem == "The window could not be started."

    @pytest.mark.parametrize("name", ["", " ", "a/b", ".hidden", "x" * 65, "ta\tb"])
    def test_refuses_what_is_no_name(self, model, windows, name):
        refused = []
        model.refused.connect(refused.append)
        model.create(name)
        assert len(refused) == 1 and refused[0]
        assert windows.opened == []

    def test_refuses_a_name_that_is_taken(self, model, windows, tmp_path):
        (tmp_path / "work").mkdir()
        refused = []
        model.refused.connect(refused.append)
        model.create("work")
        assert refused == ["There is a profile with that name already."]

    def test_lets_a_window_make_a_new_one(self, model, windows, tmp_path):
        model.create(" travel ")
        assert windows.opened == [tmp_path / "travel"]
        assert not (tmp_path / "travel").exists(), "that is for the new window to do"

    def test_says_why_it_cannot_look(self, windows, qapp):
        windows.problem = UnsafePermissions("No way in.")
        model = Profiles(windows)
        model.load()
        assert (model.views, model.problem) == ((), "No way in.")


class TestThePage:
    def test_opens_all_but_its_own_and_those_without_a_key(self, page, windows, qtbot):
        assert list(page.buttons) == ["work"]
        qtbot.mouseClick(page.buttons["work"], Qt.MouseButton.LeftButton)
        assert windows.opened == [Path(WORK.path)]
        assert "cannot be opened: its key is missing" in words(page)

    def test_says_below_the_field_what_is_wrong_and_keeps_what_was_typed(self, page, qtbot):
        page.name.setText("a/b")
        qtbot.keyClick(page.name, Qt.Key.Key_Return)
        assert page.refusal.isVisible()
        assert page.name.text() == "a/b"
        page.name.setText("travel")
        qtbot.keyClick(page.name, Qt.Key.Key_Return)
        assert not page.refusal.isVisible()
        assert page.name.text() == ""

    def test_is_up_to_date_when_somebody_comes_back_and_keeps_the_focus(self, page, windows, qtbot):
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        page.buttons["work"].setFocus()
        windows.views = (OWN, profile("travel"), WORK)
        page.changeEvent(QEvent(QEvent.Type.ActivationChange))
        assert list(page.buttons) == ["travel", "work"]
        assert page.buttons["work"].hasFocus()

    def test_names_every_control_and_shows_names_as_they_are(self, desk, look, qtbot, windows):
        windows.views = (*windows.views, profile("<b>\u202egnp"))
        page = ProfilesPage(desk, look)
        qtbot.addWidget(page)
        page.show()
        assert nameless(controls(page)) == []
        assert "<b>\ufffdgnp" in words(page)


class TestTheProcess:
    """Started as it is, with a module in the place of the window that writes down how."""

    MODULE = """
import json, os, sys
with open(os.environ["ANSWER"] + ".new", "w") as file:
    json.dump([sys.argv[1:], os.environ.get("XDG_ACTIVATION_TOKEN"), os.getcwd()], file)
os.rename(os.environ["ANSWER"] + ".new", os.environ["ANSWER"])
"""

    def test_is_another_one_with_the_same_tor(self, qapp, qtbot, tmp_path, monkeypatch):
        (tmp_path / "played_window.py").write_text(self.MODULE)
        answer = tmp_path / "answer"
        monkeypatch.setattr(window_process, "MODULE", "played_window")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("ANSWER", str(answer))
        monkeypatch.setenv(ACTIVATION, "used")
        windows = WindowProcess(tmp_path / "own", ("--tor=/usr/bin/tor",))
        assert windows.open(tmp_path / "a profile")
        qtbot.waitUntil(answer.exists, timeout=20_000)
        text = answer.read_text()
        assert f"--profile={tmp_path / 'a profile'}" in text
        assert "--tor=/usr/bin/tor" in text
        assert "used" not in text

    def test_speaks_as_this_one_unless_said_otherwise(self, qapp, tmp_path, monkeypatch):
        started = []

        class Process(QProcess):
            def startDetached(self):
                started.append(self.arguments())
                return True

        monkeypatch.setattr(window_process, "QProcess", Process)
        windows = WindowProcess(tmp_path, (), "de")
        windows.open(tmp_path)
        windows.open(tmp_path, "en")
        WindowProcess(tmp_path, ()).open(tmp_path)
        said = [[a for a in arguments if "language" in a] for arguments in started]
        assert said == [["--language=de"], ["--language=en"], []]

    def test_that_cannot_be_started_is_told(self, qapp, tmp_path, monkeypatch):
        monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
        assert not WindowProcess(tmp_path, ()).open(tmp_path)

    def test_profiles_are_those_of_the_default_place(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        windows = WindowProcess(tmp_path, ())
        place = windows.place("work")
        assert windows.profiles() == ()
        place.mkdir(parents=True)
        (place / address.KEYSLOT).touch()
        assert [view.name for view in windows.profiles()] == ["work"]
        assert os.path.samefile(windows.profiles()[0].path, place)

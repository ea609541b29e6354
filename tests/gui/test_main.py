"""The program `onionchat-gui` where it cannot run: a sentence, and nothing is opened."""

import importlib.util
import sys

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from onionchat import daemon
from onionchat.control import address
from onionchat_gui import application, screen
from onionchat_gui.__main__ import main


@pytest.fixture
def no_unix_sockets(monkeypatch):
    monkeypatch.setattr(address, "refusal", lambda: "Not here.")


def test_what_is_said_about_tor_goes_to_the_node(monkeypatch, tmp_path):
    given = []

    def run(_, options, language):
        given.extend((*options, language))
        return 0

    monkeypatch.setattr(application, "run", run)
    monkeypatch.setattr(screen, "problem", lambda *_: "")
    monkeypatch.chdir(tmp_path)
    arguments = ["--profile=p", "--torrc=extra", "--tor=/x/tor", "--tor-control=127.0.0.1:9051"]
    assert main([*arguments, "--language=de"]) == 0
    assert given.pop() == "de", "the node says nothing to anybody"
    assert given == [
        f"--torrc={tmp_path / 'extra'}",
        "--tor=/x/tor",
        "--tor-control=127.0.0.1:9051",
    ]
    assert daemon_options(given).torrc == tmp_path / "extra"


def daemon_options(options):
    return daemon._parser().parse_args(["node", "--profile=p", *options])


@pytest.mark.usefixtures("no_unix_sockets")
def test_a_system_without_unix_sockets_is_told_so(capsys):
    assert main([]) == 1
    assert capsys.readouterr().err == "Not here.\n"


@pytest.mark.usefixtures("no_unix_sockets")
def test_whoever_started_it_from_a_menu_reads_it_in_a_box(qtbot, monkeypatch):
    shown = []

    def look(*_):
        boxes = [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox)]
        shown.extend(box.text() for box in boxes if box.isVisible())
        return 0

    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(QApplication, "exec", look)
    assert main([]) == 1
    assert shown == ["Not here."]


@pytest.mark.parametrize("package", ["PySide6", "jeepney"])
def test_a_package_that_is_missing_is_named(capsys, monkeypatch, package):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else found(name)
    )
    assert main([]) == 1
    said = capsys.readouterr().err
    assert said == f"The window needs {package}: pip install 'onionchat[gui]'\n"

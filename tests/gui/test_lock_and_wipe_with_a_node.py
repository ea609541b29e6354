"""Locking and destroying with a process that runs a node, over its socket."""

import pytest
from test_node_process import PATIENCE, fakes, profile  # noqa: F401 - fixtures

from onionchat.control import address
from onionchat.errors import ProfileInUse
from onionchat_gui.connection import Connection
from onionchat_gui.node_process import NodeProcess
from onionchat_gui.preference_file import PreferenceFile
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.preferences import Preferences
from onionchat_gui.viewmodels.session import Phase


@pytest.fixture
def shut(profile, qtbot):  # noqa: F811 - the fixture
    made = Desk(
        Connection(profile),
        NodeProcess(profile),
        lambda: 1.0,
        preferences=Preferences(PreferenceFile(profile)),
    )
    made.session.open()
    reach(made, Phase.LOCKED, qtbot)
    return made


@pytest.fixture
def desk(shut, qtbot):
    made = shut
    made.session.unlock("open sesame")
    reach(made, Phase.READY, qtbot)
    return made


def reach(desk, phase, qtbot):
    qtbot.waitUntil(lambda: desk.session.phase == phase, timeout=PATIENCE)


def test_it_locks_asks_opens_and_is_gone(desk, profile, qtbot):  # noqa: F811 - the fixture
    desk.lock.lock()
    assert desk.session.phase == Phase.CURTAIN
    with qtbot.waitSignal(desk.lock.refused, timeout=PATIENCE):
        desk.lock.unlock("wrong")
    assert (desk.session.phase, desk.lock.sentence) == (Phase.CURTAIN, "The passphrase is wrong.")
    desk.lock.unlock("open sesame")
    reach(desk, Phase.READY, qtbot)
    assert (profile / address.WINDOW).exists()
    desk.wiping.wipe()
    reach(desk, Phase.NO_PROFILE, qtbot)
    assert desk.session.sentence == ""
    assert not address.holds_profile(profile)
    # What the stand-in's friend left is not the profile's.
    names = lambda: [path.name for path in profile.glob("*") if "friend" not in path.name]  # noqa: E731
    qtbot.waitUntil(lambda: names() == [], timeout=PATIENCE)


@pytest.fixture
def elsewhere(profile, shut, qtbot):  # noqa: F811 - the fixture
    """A node that was started in a terminal, say, while the window asks for the passphrase."""
    starter, told = NodeProcess(profile), []
    starter.start("open sesame", lambda: told.append(None), told.append)
    qtbot.waitUntil(lambda: told == [None], timeout=PATIENCE)
    yield starter._children[-1]
    starter._children[-1].kill()
    starter._children[-1].wait(30)


def test_a_node_from_elsewhere_judges_the_passphrase(shut, elsewhere, qtbot, monkeypatch):
    # The daemon's own word of it; the stand-in has no lock.
    in_use = lambda _, then, failed: failed(ProfileInUse())  # noqa: E731
    monkeypatch.setattr(shut.starter, "start", in_use)
    with qtbot.waitSignal(shut.lock.refused, timeout=PATIENCE):
        shut.session.unlock("wrong")
    assert shut.session.phase == Phase.CURTAIN
    shut.lock.unlock("open sesame")
    reach(shut, Phase.READY, qtbot)


def test_a_node_from_elsewhere_ends_with_the_profile(shut, elsewhere, profile, qtbot):  # noqa: F811
    shut.wiping.wipe()
    reach(shut, Phase.NO_PROFILE, qtbot)
    assert not address.holds_profile(profile)
    assert elsewhere.wait(30) == 0, "the node itself was asked"

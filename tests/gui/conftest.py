"""Tests of the window: Qt without a screen, in a pytest process of their own.

`make test` runs them with pytest-twisted left out. The plugin pytest-qt is loaded here and nowhere
else: it needs Qt's system libraries.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

pytest_plugins = ("pytestqt.plugin",)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a Tor network, unless `-m` says what is wanted."""
    if config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("tor")]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(autouse=True)
def _nothing_stays():
    """Widgets of a test are gone after it: outside of an event loop Qt would keep them,
    and each new theme would style them all.
    """
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def look(qapp):
    """One theme for all tests that do not change it."""
    from onionchat_gui.theme import Theme

    return Theme(qapp)

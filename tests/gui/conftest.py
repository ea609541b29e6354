"""Tests of the window: Qt without a screen, in a pytest process of their own.

`make test` runs them with pytest-twisted left out. The plugin pytest-qt is loaded here and nowhere
else: it needs Qt's system libraries.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ("pytestqt.plugin",)

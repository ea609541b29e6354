"""An exception in a slot: what it says, and what stays of it."""

import subprocess
import sys

PROGRAM = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from onionchat_gui import failures

failures.keep_quiet()
application = QCoreApplication([])


def slot():
    passphrase = "open sesame"
    raise KeyError("Carol: meet at the bridge", passphrase)


class Dying:
    def __del__(self):
        raise ValueError("Carol again")


def look():
    Dying()
    print([name for name in vars(sys) if name.startswith("last_")])
    application.quit()


QTimer.singleShot(0, slot)
QTimer.singleShot(1, look)
application.exec()
"""


def test_where_it_was_is_told_and_nothing_of_what_was_there(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, check=True, timeout=60
    )
    first, second = done.stderr.splitlines()
    assert first == "onionchat-gui: KeyError at program.py:12"
    assert second == "onionchat-gui: ValueError at program.py:17"
    assert done.stdout == "[]\n"

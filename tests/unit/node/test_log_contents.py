"""What goes wrong where nobody can be told of it leaves no contents in the log either."""

import subprocess
import sys

SCRIPT = """
import threading
from onionchat import log_output

class Gone:
    def __del__(self):
        raise ValueError("secret text")

    def __repr__(self):
        return "secret name"

def fail():
    raise ValueError("secret text")

log_output.start()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
Gone()
"""


def test_failures_in_threads_and_while_clearing_up_are_told_without_their_texts() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 2
    assert all("This is a defect of onionchat" in line and "ValueError" in line for line in lines)
    assert b"secret" not in done.stderr

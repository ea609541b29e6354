"""What a program asks of the kernel before it holds a secret."""

import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, resource
from onionchat.control import core_dumps
get = lambda: (ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0])
before = get()
core_dumps.forbid()
print(before[0], *get())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what became of it")
def test_no_core_file_and_no_debugger() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    assert done.stdout.split() == [b"1", b"0", b"0"]

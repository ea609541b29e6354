"""What the demo starts does not outlive it, however it ends."""

import os
import subprocess
import sys

from onionchat.testing.demo.people import wait_for

DEMO = """
import sys
from pathlib import Path
from onionchat.testing.demo.people import Person
from onionchat.testing.torlab.process import bound_to_us

bob = Person("Bob", Path(sys.argv[1]), None, node_prefix=bound_to_us())
bob.command = lambda *arguments: ["sleep", "1000"]
bob.spawn()
print(bob.node.pid, flush=True)
sys.stdin.read()
"""


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_node_of_the_demo_ends_with_it_also_by_kill_9(tmp_path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-c", DEMO, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert demo.stdout is not None
    node = int(demo.stdout.readline())
    assert lives(node)
    demo.kill()
    demo.communicate()
    wait_for("the end of the node", lambda: not lives(node))

"""A profile that is moved back in time without a trace.

What lives here: keeping the files of a profile, and putting them back. What may not: expectations.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from onionchat.testing.nodes import Person


class Snapshot:
    """The files of a profile, to be put back byte by byte: same inodes, no mark of a copy."""

    def __init__(self, person: Person, folder: Path) -> None:
        """Stop the node, copy its files into `folder`, and start it again."""
        person.stop()
        self.person = person
        self.folder = folder / f"snapshot of {person.name}"
        shutil.copytree(person.profile, self.folder)
        person.start()

    def put_back(self) -> None:
        """Make the files what they were; the node does not run."""
        profile = self.person.profile
        for kept in self.folder.iterdir():
            if kept.is_file():
                (profile / kept.name).write_bytes(kept.read_bytes())
        for file in profile.iterdir():
            if file.is_file() and not (self.folder / file.name).exists():
                file.unlink()

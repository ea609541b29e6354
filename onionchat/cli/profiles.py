"""profiles: those in the default place, without opening any."""

from __future__ import annotations

import os

from onionchat.control import profiles as known
from onionchat.displayable import displayable_line

from .session import Session, print_json, print_table


def profiles(session: Session) -> None:
    """List them."""
    found = known.listed(os.environ)
    if session.json:
        print_json(found)
        return
    if not found:
        place = displayable_line(str(known.folder(os.environ)))
        print(f"There are no profiles in {place}; create one with `onionchat init`.")
    print_table([(view.name, _state(view), view.path) for view in found])


def _state(view: known.ProfileView) -> str:
    if not view.key:
        return "without its key: cannot be opened"
    return "running" if view.running else "-"

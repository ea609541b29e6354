"""The torrc templates of the project, as text with ``string.Template`` placeholders.

Here live only templates and the one function that reads them. Deciding which values go in, and
running tor, is the work of the callers (``onionchat.testing.torlab`` for the private network).
"""

from __future__ import annotations

from importlib import resources

__all__ = ["template"]


def template(name: str) -> str:
    """Return the text of the template file `name`, for example ``"lab-relay.torrc"``.

    Raises `FileNotFoundError` if there is no such template, `ValueError` if `name` is not a plain
    file name ending in ``.torrc``.
    """
    if not name.endswith(".torrc") or "/" in name or "\\" in name:
        raise ValueError(f"not the name of a torrc template: {name!r}")
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")

"""Entry point of `onionchat-gui`."""

import importlib.util
import sys


def main() -> int:
    """Say what to use until there is a window; the returned exit status is 1, nothing was shown."""
    sys.stderr.write(
        "The desktop window arrives with a later release; use `onionchat` in a terminal.\n"
    )
    if importlib.util.find_spec("PySide6") is None:
        sys.stderr.write("It will also need PySide6: pip install 'onionchat[gui]'\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""The command ``python -m onionchat.testing.torlab``: a private network for other programs.

Only the command line, signals and what is printed; the network itself is in ``network``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.network import LEAST_RELAYS, STATE_FILE, PrivateTorNetwork
from onionchat.testing.torlab.shaping import LinkShape

__all__ = ["main"]

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class _Stopped(BaseException):
    """A signal asked to stop. Not an `Exception`, so that nothing on the way swallows it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0, or 1 with a sentence on standard error alone."""
    options = _parser().parse_args(argv)
    code: int = options.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onionchat.testing.torlab",
        description="A private Tor network on this machine.",
    )
    commands = parser.add_subparsers(required=True)
    up = commands.add_parser(
        "up",
        help="bring a network up, print one JSON line when it is ready, stop it on SIGTERM",
    )
    up.set_defaults(run=_up)
    up.add_argument("--dir", type=Path, required=True, help="where its files are")
    up.add_argument("--relays", type=int, default=LEAST_RELAYS, help="default: %(default)s")
    up.add_argument("--snapshot-cache", type=Path, help="keep networks here for quicker starts")
    up.add_argument("--tor", help="the tor program")
    up.add_argument("--delay-ms", type=float, default=0.0, help="one way, on each link to a relay")
    up.add_argument("--jitter-ms", type=float, default=0.0, help="up to so much more, at random")
    up.add_argument("--rate-kib", type=float, help="KiB/s in each direction of each connection")
    up.add_argument("--no-proxy", action="store_true", help="bare links; the above do not apply")
    up.add_argument(
        "--consensus-param",
        type=_parameter,
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="what to vote for beside, or instead of, the public network's; repeatable",
    )
    up.add_argument("--until-eof", action="store_true", help="stop too when standard input ends")
    up.add_argument("--json", action="store_true", help="only the JSON line, no sentence beside it")
    status = commands.add_parser("status", help="tell as a JSON line whether a network is up")
    status.set_defaults(run=_status)
    status.add_argument("--dir", type=Path, required=True)
    return parser


def _up(options: argparse.Namespace) -> int:
    try:
        for number in _STOP_SIGNALS:
            signal.signal(number, _stop)
        if options.until_eof:
            threading.Thread(target=_stop_at_eof, daemon=True).start()
        with PrivateTorNetwork.start(
            options.dir,
            relays=options.relays,
            shape=_shape(options),
            snapshot_cache=options.snapshot_cache,
            tor=options.tor,
            consensus_params=dict(options.consensus_param),
        ) as network:
            try:
                print(json.dumps(network.describe()), flush=True)
                if not options.json:
                    print(
                        f"Up after {network.seconds:.1f} s; stop it with Ctrl-C.", file=sys.stderr
                    )
                while True:
                    signal.pause()
            finally:
                _ignore_signals()
    except _Stopped:
        _ignore_signals()
        return 0
    except (TorLabError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _parameter(text: str) -> tuple[str, int]:
    """Return name and number of NAME=NUMBER. Raises `ArgumentTypeError`; torrc checks the rest."""
    name, _, number = text.partition("=")
    try:
        return name, int(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER") from None


def _shape(options: argparse.Namespace) -> LinkShape | None:
    """Return the shape of the links. Bare links are the exception: their timing is an artefact."""
    if options.no_proxy:
        return None
    return LinkShape(options.delay_ms, options.jitter_ms, options.rate_kib)


def _stop(number: int, frame: FrameType | None) -> None:
    # One is enough: a second signal must not interrupt the stopping.
    _ignore_signals()
    raise _Stopped


def _ignore_signals() -> None:
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop_at_eof() -> None:
    """Turn the end of standard input into a signal, which also interrupts a start."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _status(options: argparse.Namespace) -> int:
    path: Path = options.dir / STATE_FILE
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        running = _is_running(state["supervisor"])
        relays = [{**relay, "running": _is_running(relay["pid"])} for relay in state["relays"]]
    except FileNotFoundError:
        state, running, relays = {}, False, []
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{path} is unreadable: {error}", file=sys.stderr)
        return 1
    print(json.dumps({**state, "ready": running, "relays": relays}), flush=True)
    return 0 if running else 1


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if __name__ == "__main__":
    sys.exit(main())

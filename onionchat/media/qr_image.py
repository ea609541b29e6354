"""Reading the QR code in a picture file.

What lives here: starting the confined child that decodes the picture (`qr_child`), the sentences
for what goes wrong. What may not: decoding anything in this process; what the text means.

Pillow is an optional extra (`onionchat[qr-image]`): only people who read codes from files need it.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from onionchat.errors import InvalidInput, OnionchatError, Unavailable

MAX_FILE: Final = 32 * 1024 * 1024
"""Bytes of a picture file."""

MAX_ANSWER: Final = 64 * 1024
DEADLINE: Final = 20.0
"""Seconds, by the wall clock; the child has 10 s of CPU time."""

_CHILD: Final = Path(__file__).with_name("qr_child.py")

_PROBLEMS: Final = {
    "image": "This file is not a picture (PNG, JPEG, WebP, GIF, BMP or PPM), or it is damaged.",
    "size": "This picture is too large; cut out the code, or scale the picture down.",
}


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    texts: list[str] = []
    problem: str = ""


def read_qr(path: Path) -> str:
    """The text of the one QR code in a picture file. Blocks for up to `DEADLINE` seconds.

    The picture is decoded in a child process with limits on time, memory and writing.

    Raises:
        InvalidInput: no such readable file, too large, no picture, no code in it, or several.
        Unavailable: Pillow is not installed.
    """
    return read_qr_bytes(_content(path))


def read_qr_bytes(content: bytes) -> str:
    """Like `read_qr`, for a picture that was read already."""
    if len(content) > MAX_FILE:
        raise InvalidInput(_PROBLEMS["size"])
    answer = _ask_child(content)
    if answer.problem == "pillow":
        raise Unavailable(
            "Reading a code from a picture needs Pillow: pip install 'onionchat[qr-image]'."
        )
    if answer.problem:
        raise InvalidInput(_PROBLEMS.get(answer.problem, _PROBLEMS["image"]))
    if not answer.texts:
        raise InvalidInput("There is no QR code in this picture, or it is not sharp enough.")
    if len(answer.texts) > 1:
        raise InvalidInput("There are several QR codes in this picture; cut out one of them.")
    return answer.texts[0]


def _content(path: Path) -> bytes:
    """A regular file's bytes; asked of the open file, so that it cannot be swapped meanwhile."""
    try:
        # Not blocking, because somebody may name a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise InvalidInput("This is not a file.")
            if found.st_size > MAX_FILE:
                raise InvalidInput(_PROBLEMS["size"])
            return file.read(MAX_FILE + 1)
    except OSError:
        raise InvalidInput("This file cannot be read.") from None


def _ask_child(content: bytes) -> _Answer:
    """Run the child; whatever it does but answer means that the picture cannot be read.

    Both ways go through files in memory: nothing touches the disk, and the kernel's limit on what
    the child may write holds for its answer.
    """
    with (
        open(os.memfd_create("picture"), "w+b") as given,
        open(os.memfd_create("answer"), "w+b") as answered,
    ):
        given.write(content)
        given.flush()
        given.seek(0)
        try:
            subprocess.run(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-I", str(_CHILD)],
                stdin=given,
                stdout=answered,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={},
                timeout=DEADLINE,
                check=False,
            )
            answered.seek(0)
            return msgspec.json.decode(answered.read(MAX_ANSWER), type=_Answer)
        except (subprocess.TimeoutExpired, msgspec.DecodeError, UnicodeDecodeError):
            return _Answer(problem="image")


def main(arguments: list[str]) -> int:
    """`python -m onionchat.media.qr_image PATH`: print the text, or a sentence and status 1."""
    if len(arguments) != 1:
        print("usage: python -m onionchat.media.qr_image PATH", file=sys.stderr)  # noqa: T201
        return 2
    try:
        print(read_qr(Path(arguments[0])))  # noqa: T201 - it is what the program is for
    except OnionchatError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The child process that decodes a picture from somebody else and reads the QR code in it.

Runs as a script, so that it needs nothing of the project: picture on standard input, JSON on
standard output. Everything that parses hostile bytes (Pillow, zxing-cpp) is in here, under limits
that the kernel holds. What may not be here: paths, and anything that is imported by other modules.
"""

from __future__ import annotations

import ctypes
import io
import json
import platform
import resource
import struct
import sys
from typing import Any

CPU_SECONDS = 10
MEMORY = 512 * 1024 * 1024
MAX_ANSWER = 64 * 1024
"""Bytes it can write at all."""

MAX_PIXELS = 40_000_000
"""A photograph of a good telephone has 12 to 50 million; more is scaled down by who takes it."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "PPM")


# What decoding needs of the kernel, on the machines that people have: number of the machine in
# seccomp's words (AUDIT_ARCH_*), and of read, write, pread64, writev, lseek, fstat, close, mmap,
# mprotect, munmap, mremap, madvise, brk, futex, sched_yield, sched_getaffinity, clock_gettime,
# getrandom, rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack, getpid, gettid, exit,
# exit_group. Nothing in there opens, names or sends anything, signals included: who aborts ends by
# the trap that comes after the signal it could not send.
CALLS = {
    "x86_64": (
        0xC000003E,
        (0, 1, 17, 20, 8, 5, 3, 9, 10, 11, 25, 28, 12, 202, 24, 204, 228)
        + (318, 13, 14, 15, 131, 39, 186, 60, 231),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 67, 66, 62, 80, 57, 222, 226, 215, 216, 233, 214, 98, 124, 123, 113)
        + (278, 134, 135, 139, 132, 172, 178, 93, 94),
    ),
}

PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, ARCHITECTURE = 0, 4
"""Where in `struct seccomp_data` they are."""
ALLOW, REFUSE = 0x7FFF0000, 0x00050001
"""Go on; or fail with EPERM."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def load() -> None:
    """Import all that decoding needs, as long as files can be opened.

    Pillow imports much of it only when it meets a picture: so it gets one of each format.
    """
    from PIL import Image

    Image.init()
    for kind in FORMATS:
        for mode in ("L", "RGB"):
            sample = io.BytesIO()
            Image.new(mode, (8, 8)).save(sample, kind)
            read(sample)


def confine() -> None:
    """Take away what decoding does not need: files, network, processes, privileges, time, memory.

    The limits hold on every machine: no descriptor beyond the standard three can come to be, so
    that neither `open` nor `socket` works. Where the machine is known, the kernel refuses all calls
    but a few besides.
    """
    for what, limit in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, MAX_ANSWER),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (limit, limit))
    kernel = ctypes.CDLL(None, use_errno=True)
    _succeed(kernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    found = CALLS.get(platform.machine())
    if found is not None and sys.maxsize > 2**32:
        code = _filter(*found)
        program = _Program(len(code) // 8, code)
        _succeed(kernel.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0))


def _succeed(result: int) -> None:
    """A machine whose kernel refuses the filter decodes nothing."""
    if result != 0:
        raise OSError(ctypes.get_errno(), "the decoder could not be confined")


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """The kernel's programme: of this machine only these calls; the rest fails with EPERM."""
    count = len(calls)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 0, count + 1, architecture),
        (LOAD, 0, 0, NUMBER),
        *((JUMP_IF_EQUAL, count - place, 0, call) for place, call in enumerate(calls)),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def read(stream: Any) -> dict[str, object]:  # noqa: ANN401 - any binary file
    """What a picture holds: `{"texts": [...]}`, or `{"problem": "image" | "size"}`."""
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        picture = Image.open(stream, formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            return {"problem": "size"}
        grey = _grey(picture)
    except Image.DecompressionBombError:
        return {"problem": "size"}
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return {"problem": "image"}
    codes = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(grey, formats=codes)
    return {"texts": sorted({barcode.text for barcode in found})}


def _grey(picture: Any) -> Any:  # noqa: ANN401 - Pillow is optional
    """One byte a pixel; what is transparent is white, as every viewer would show it."""
    from PIL import Image

    if picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info:
        shown = picture.convert("RGBA")
        paper = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(paper, shown).convert("L")
    return picture.convert("L")


def main() -> None:
    """Read one picture from standard input."""
    try:
        load()
    except ImportError:
        json.dump({"problem": "pillow"}, sys.stdout)
        return
    try:
        confine()
    except OSError:
        json.dump({"problem": "image"}, sys.stdout)
        return
    json.dump(read(sys.stdin.buffer), sys.stdout)


if __name__ == "__main__":
    main()

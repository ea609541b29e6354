"""The child process that decodes a picture from somebody else and reads the QR code in it.

Runs as a script, so that it needs nothing of the project: picture on standard input, JSON on
standard output. Everything that parses hostile bytes (Pillow, zxing-cpp) is in here, under limits
that the kernel holds. What may not be here: paths, and anything that is imported by other modules.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

CPU_SECONDS = 10
MEMORY = 512 * 1024 * 1024
MAX_ANSWER = 64 * 1024
"""Bytes it can write at all."""

MAX_PIXELS = 40_000_000
"""A photograph of a good telephone has 12 to 50 million; more is scaled down by who takes it."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "PPM")


def confine() -> None:
    """Take away what decoding does not need: time, memory, writing, further processes."""
    for what, limit in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, MAX_ANSWER),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (limit, limit))


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
        import PIL  # noqa: F401
    except ImportError:
        json.dump({"problem": "pillow"}, sys.stdout)
        return
    confine()
    json.dump(read(sys.stdin.buffer), sys.stdout)


if __name__ == "__main__":
    main()

"""The pictures of the documentation: all are there, small, and shown somewhere."""

from pathlib import Path

import pictures
from PIL import Image

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
MAX_BYTES = 60_000


def test_each_picture_is_committed_and_no_other():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(
        name for name, *_ in pictures.PICTURES
    )


def test_each_picture_is_small():
    assert [path.name for path in FOLDER.iterdir() if path.stat().st_size > MAX_BYTES] == []


def test_each_picture_is_shown_in_a_page():
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    shown = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert [path.name for path in FOLDER.iterdir() if f"pictures/{path.name})" not in shown] == []


def test_a_picture_becomes_small_and_looks_the_same(qapp, tmp_path):
    path = tmp_path / "x.png"
    drawn = Image.new("RGB", (64, 64), (91, 63, 214))
    for place in range(300):
        # More shades than a palette holds, each seen once.
        drawn.putpixel((place % 64, place // 64), (place % 256, 200, place // 256))
    drawn.save(path)
    pictures.shrink(path)
    with Image.open(path) as shrunk:
        assert shrunk.mode == "P"
        same = shrunk.convert("RGB")
    assert same.getpixel((63, 63)) == (91, 63, 214)
    differences = (
        max(abs(a - b) for a, b in zip(drawn.getpixel(at), same.getpixel(at), strict=True))
        for at in ((place % 64, place // 64) for place in range(300))
    )
    assert max(differences) <= 3

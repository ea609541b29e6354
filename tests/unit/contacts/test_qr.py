"""QR codes as text. That they can be read back is tested with media.qr_image."""

from xml.etree import ElementTree

import pytest

from onionchat.protocol.contacts.qr import QUIET_ZONE, modules, paint

LINK = "onionchat:" + "A" * 144


def test_a_link_makes_a_small_square_with_its_quiet_zone():
    rows = modules(LINK)
    assert len(rows) == 41 + 2 * QUIET_ZONE
    assert {len(row) for row in rows} == {len(rows)}
    border = [*rows[:QUIET_ZONE], *rows[-QUIET_ZONE:]]
    border += [row[:QUIET_ZONE] + row[-QUIET_ZONE:] for row in rows]
    assert not any(map(any, border))
    assert rows[QUIET_ZONE][QUIET_ZONE : QUIET_ZONE + 8] == [1] * 7 + [0]
    assert modules(LINK.upper()) == rows


def test_the_terminal_shows_two_rows_a_line_in_its_own_colours():
    rows, lines = modules(LINK), paint(LINK)[0].split("\n")
    assert len(lines) == -(-len(rows) // 2)
    seen = []
    for line in lines:
        assert line.startswith("\x1b[30;107m")
        assert line.endswith("\x1b[0m")
        shown = line.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m")
        seen.append([int(c in "█▀") for c in shown])
        seen.append([int(c in "█▄") for c in shown])
    assert seen[: len(rows)] == rows
    assert not any(map(any, seen[len(rows) :]))


def test_the_svg_draws_the_same_modules():
    _, svg = paint(LINK)
    root = ElementTree.fromstring(svg)
    size = len(modules(LINK))
    assert root.get("viewBox") == f"0 0 {size} {size}"
    drawn = [[0] * size for _ in range(size)]
    for stroke in root[1].get("d").split("M")[1:]:
        place, length = stroke.split("h")
        x, y = place.split(" ")
        for column in range(int(x), int(x) + int(length)):
            drawn[int(float(y))][column] = 1
    assert drawn == modules(LINK)


def test_what_fits_into_no_code():
    with pytest.raises(ValueError, match=r".+"):
        modules("x" * 5000)

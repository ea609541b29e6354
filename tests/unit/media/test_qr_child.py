"""What the child reads from pictures: codes as we draw them, small and large, and nothing else."""

import io

import pytest

from onionchat.media.qr_child import MAX_PIXELS, read
from onionchat.protocol.contacts.invite import Invite, parse_link
from onionchat.protocol.contacts.qr import modules
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey

Image = pytest.importorskip("PIL.Image")

INVITE = Invite(SigningKey(b"o" * 32).public, AgreementKey(b"a" * 32).public, b"t" * 16)
LINK = INVITE.to_link()


def drawn(text, pixels=4, dark=0, light=255, mode="L"):
    rows = modules(text)
    picture = Image.new(mode, (len(rows), len(rows)))
    picture.putdata([dark if module else light for row in rows for module in row])
    return picture.resize((len(rows) * pixels,) * 2, Image.Resampling.NEAREST)


def saved(picture, kind="PNG"):
    file = io.BytesIO()
    picture.save(file, kind)
    file.seek(0)
    return file


@pytest.mark.parametrize("pixels", [2, 4, 8])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "PPM", "WEBP"])
def test_what_we_draw_is_read(pixels, kind):
    (text,) = read(saved(drawn(LINK, pixels), kind))["texts"]
    assert parse_link(text) == INVITE


def test_light_on_dark_turned_and_transparent():
    clear = drawn(LINK, dark=(0, 0, 0, 255), light=(0, 0, 0, 0), mode="RGBA")
    palette = drawn(LINK).convert("P")
    palette.info["transparency"] = 255
    for picture in (
        drawn(LINK, dark=255, light=0),
        drawn(LINK).rotate(7, expand=True, fillcolor=255),
        clear,
        palette,
    ):
        assert read(saved(picture))["texts"] == [LINK.upper()]


def test_none_and_several():
    assert read(saved(Image.new("L", (200, 200), 255))) == {"texts": []}
    one, other = drawn("ONE"), drawn("OTHER")
    both = Image.new("L", (one.width + other.width, max(one.height, other.height)), 255)
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    assert read(saved(both)) == {"texts": ["ONE", "OTHER"]}


def test_the_same_code_twice_is_one():
    one = drawn("ONE")
    both = Image.new("L", (one.width * 2, one.height), 255)
    both.paste(one, (0, 0))
    both.paste(one, (one.width, 0))
    assert read(saved(both)) == {"texts": ["ONE"]}


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n"]
)
def test_what_is_no_picture(content):
    assert read(io.BytesIO(content)) == {"problem": "image"}


def test_a_damaged_picture():
    whole = saved(drawn(LINK)).getvalue()
    assert read(io.BytesIO(whole[: len(whole) // 2])) == {"problem": "image"}


@pytest.mark.filterwarnings("ignore:Image size")
def test_a_picture_too_large():
    for width in (MAX_PIXELS + 1, 2 * MAX_PIXELS + 2):
        header = f"P5 {width} 1 255\n".encode()
        assert read(io.BytesIO(header)) == {"problem": "size"}

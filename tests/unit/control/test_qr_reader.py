"""What the end of the child that reads a picture means."""

import pytest

from onionchat.control import qr_reader
from onionchat.errors import InvalidLink
from onionchat.media import qr_image


def test_the_command_takes_the_path_as_one_argument(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = qr_reader.command("-x; rm *.png")
    assert found[-1] == f"{tmp_path}/-x; rm *.png"
    assert qr_reader.MODULE == qr_image.__name__
    assert qr_reader.SECONDS > qr_image.DEADLINE


def test_the_text_is_what_it_says() -> None:
    assert qr_reader.text_of(0, b"onionchat:ABC\n", b"") == "onionchat:ABC\n"
    assert qr_reader.text_of(0, b"\xff", b"") == "\ufffd"


@pytest.mark.parametrize(
    ("out", "err", "said"),
    [
        (b"", b"warning\nNo picture.\n", "No picture."),
        (b"No picture.", b"", "No picture."),
        (b"", b"", "no QR code was found in it"),
        (b"", b"\x1b[31mred", "␛[31mred"),
        (b"", b"\xff\xfe", "\ufffd"),
    ],
)
def test_a_failure_is_one_harmless_sentence(out: bytes, err: bytes, said: str) -> None:
    with pytest.raises(InvalidLink) as caught:
        qr_reader.text_of(1, out, err)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()

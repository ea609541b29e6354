"""Reading a code from a picture file, with the real child process under its limits."""

import os
import subprocess
import sys
import textwrap

import pytest
from PIL import Image

from onionchat.control.qr_reader import MODULE
from onionchat.errors import InvalidInput, Unavailable
from onionchat.media import qr_image
from onionchat.media.qr_image import MAX_FILE, read_qr, read_qr_bytes
from onionchat.protocol.contacts.qr import modules

LINK = "ONIONCHAT:" + "A" * 144


@pytest.fixture
def picture(tmp_path):
    rows = modules(LINK)
    drawn = Image.new("L", (len(rows), len(rows)))
    drawn.putdata([0 if module else 255 for row in rows for module in row])
    file = tmp_path / "a code.png"
    drawn.resize((len(rows) * 4,) * 2, Image.Resampling.NEAREST).save(file)
    return file


def refused(path, sentence):
    with pytest.raises(InvalidInput, match=sentence) as caught:
        read_qr(path)
    assert str(path) not in str(caught.value)


def test_a_code_is_read(picture):
    assert read_qr(picture) == LINK
    assert read_qr_bytes(picture.read_bytes()) == LINK


def test_as_the_command_line_runs_it(picture, tmp_path):
    command = [sys.executable, "-I", "-m", MODULE]
    done = subprocess.run([*command, picture], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, LINK + "\n")
    done = subprocess.run([*command, tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "not a file" in done.stderr or "cannot be read" in done.stderr


def test_no_code_no_picture_no_file(tmp_path):
    blank, text = tmp_path / "blank.png", tmp_path / "text.png"
    Image.new("L", (100, 100), 255).save(blank)
    text.write_text("hello")
    refused(blank, "no QR code")
    refused(text, "not a picture")
    refused(tmp_path / "missing", "cannot be read")
    refused(tmp_path, "cannot be read|not a file")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "not a file")


def test_a_file_too_large(tmp_path):
    file = tmp_path / "large"
    file.touch()
    os.truncate(file, MAX_FILE + 1)
    refused(file, "too large")
    with pytest.raises(InvalidInput, match="too large"):
        read_qr_bytes(bytes(MAX_FILE + 1))


def with_child(monkeypatch, tmp_path, code):
    """Another child, which sets the same limits first."""
    child = tmp_path / "child.py"
    folder = os.path.dirname(qr_image.__file__)
    start = f"import sys; sys.path.insert(0, {folder!r})\nfrom qr_child import confine\nconfine()\n"
    child.write_text(start + textwrap.dedent(code))
    monkeypatch.setattr(qr_image, "_CHILD", child)


@pytest.mark.parametrize(
    "code",
    [
        "x = bytes(600 * 1024 * 1024); print('{}')",
        "while True: print('x' * 1000)",
        "print('no json')",
        "import os; os.write(1, b'\\xff')",
        "print('{\"surplus\": 1}')",
        "raise SystemExit(1)",
    ],
    ids=["memory", "flood", "no JSON", "no text", "surplus", "silent"],
)
def test_whatever_the_child_does(monkeypatch, tmp_path, code):
    with_child(monkeypatch, tmp_path, code)
    with pytest.raises(InvalidInput, match="not a picture"):
        read_qr_bytes(b"")


def test_a_child_that_never_ends(monkeypatch, tmp_path):
    with_child(monkeypatch, tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(qr_image, "DEADLINE", 0.5)
    with pytest.raises(InvalidInput, match="not a picture"):
        read_qr_bytes(b"")


def test_several_codes_an_unknown_problem_and_no_pillow(monkeypatch, tmp_path):
    with_child(monkeypatch, tmp_path, 'print(\'{"texts": ["a", "b"]}\')')
    with pytest.raises(InvalidInput, match="several"):
        read_qr_bytes(b"")
    with_child(monkeypatch, tmp_path, 'print(\'{"problem": "other"}\')')
    with pytest.raises(InvalidInput, match="not a picture"):
        read_qr_bytes(b"")
    with_child(monkeypatch, tmp_path, 'print(\'{"problem": "pillow"}\')')
    with pytest.raises(Unavailable, match="Pillow"):
        read_qr_bytes(b"")


def test_the_child_cannot_write_large_files(monkeypatch, tmp_path):
    code = f"""
        import json
        problem = ""
        try:
            with open({str(tmp_path / "made")!r}, "wb") as file:
                file.write(bytes(100_000))
        except OSError:
            problem = "size"
        print(json.dumps({{"problem": problem}}))
    """
    with_child(monkeypatch, tmp_path, code)
    # SIGXFSZ is ignored by Python, so the write fails instead of ending the child.
    with pytest.raises(InvalidInput, match="too large"):
        read_qr_bytes(b"")

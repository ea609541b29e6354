"""Pictures are read in the confined child; what is too large never gets there."""

import ctypes
import os
import struct
import subprocess
import sys
import zlib

import pytest
import shiboken6
import zxingcpp
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from onionchat.errors import InvalidLink
from onionchat_gui.qr import MAX_BYTES, PictureTooLarge, QrReader

LINK = "onionchat:abcdefghijklmnop"


@pytest.fixture
def png():
    barcode = zxingcpp.create_barcode(LINK, zxingcpp.BarcodeFormat.QRCode)
    drawn = zxingcpp.write_barcode_to_image(barcode, scale=4)
    height, width = drawn.shape
    picture = QImage(
        bytes(memoryview(drawn)), width, height, width, QImage.Format.Format_Grayscale8
    )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def outcome(qapp, qtbot):
    """What becomes of one picture: a text or an error."""
    reader = QrReader()

    def read(picture):
        heard = []
        how = reader.read_bytes if isinstance(picture, bytes) else reader.read_file
        how(picture, heard.append, heard.append)
        assert not heard, "never before it returns"
        qtbot.waitUntil(lambda: bool(heard), timeout=60_000)
        assert len(heard) == 1
        return heard[0]

    return read


def test_a_code_in_memory_and_in_a_file(outcome, png, tmp_path):
    assert outcome(png) == LINK
    path = tmp_path / "-code.png"
    path.write_bytes(png)
    assert outcome(str(path)) == LINK


@pytest.mark.parametrize(
    "name", ["--help", "-", "a b\n<b>.png", "\u202egnp.exe", "%s$(x)`x`;.png", "é" * 100]
)
def test_whatever_a_file_is_called_it_is_one_picture_and_its_name_is_not_said(
    outcome, png, tmp_path, name
):
    path = tmp_path / name
    path.write_bytes(png)
    assert outcome(str(path)) == LINK
    path.write_bytes(b"not a picture")
    assert name not in str(outcome(str(path)))


def lying_png(side):
    """A PNG whose head promises `side` times `side` points."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0"))


@pytest.mark.parametrize("picture", [lying_png(100_000), b"not a picture"])
def test_a_picture_that_lies_is_a_sentence(outcome, picture):
    error = outcome(picture)
    assert isinstance(error, InvalidLink)
    assert "picture" in str(error)


def test_a_missing_file_is_a_sentence(outcome, tmp_path):
    assert isinstance(outcome(str(tmp_path / "none.png")), InvalidLink)


def test_too_many_bytes_never_reach_the_child(outcome, monkeypatch):
    monkeypatch.setattr(QrReader, "_run", lambda *_: pytest.fail("decoded"))
    assert isinstance(outcome(bytes(MAX_BYTES + 1)), PictureTooLarge)


PROGRAM = """
import os, subprocess, sys
from PySide6.QtCore import QCoreApplication
from onionchat.control import core_dumps
from onionchat_gui.qr import QrReader

core_dumps.forbid()
mine = f"/proc/{os.getpid()}/fd/{os.memfd_create('mine')}"
other = subprocess.run([sys.executable, "-c", f"open({mine!r})"], capture_output=True, text=True)
print("refused" if "Permission denied" in other.stderr else "opened")
application = QCoreApplication([])

def told(outcome):
    print(outcome)
    application.quit()

reader = QrReader()
reader.read_bytes(sys.stdin.buffer.read(), told, told)
application.exec()
"""


def as_a_person():
    """Without what lets root look into other processes: it is lost by the next program."""
    if os.geteuid() == 0:
        drop_from_bounding_set, cap_sys_ptrace = 24, 19
        assert ctypes.CDLL(None).prctl(drop_from_bounding_set, cap_sys_ptrace, 0, 0, 0) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="core_dumps asks Linux alone")
def test_a_code_is_read_by_a_window_into_which_nobody_may_look(png):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=png,
        capture_output=True,
        preexec_fn=as_a_person,
        timeout=60,
        check=True,
    )
    assert run.stdout.decode().split() == ["refused", LINK], run.stderr


def test_a_reader_that_is_deleted_says_nothing_and_keeps_nothing(qapp, qtbot, png):
    heard = []
    before = len(os.listdir("/proc/self/fd"))
    for picture in (png, bytes(MAX_BYTES + 1)):
        reader = QrReader()
        with qtbot.captureExceptions() as raised:
            reader.read_bytes(picture, heard.append, heard.append)
            shiboken6.delete(reader)
            qapp.processEvents()
        assert raised == []
    assert heard == []
    assert len(os.listdir("/proc/self/fd")) == before

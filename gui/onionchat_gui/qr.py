"""Reading a QR code in a picture, without opening the picture in the window's process.

What lives here: starting the confined child of `control.qr_reader` and waiting for it in Qt's loop.
What may not: decoding; what the text means. A picture from the screen or the clipboard goes to the
child as a file in memory, so that nothing touches the disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import shiboken6
from PySide6.QtCore import QObject, QProcess, QTimer

from onionchat.control import qr_reader
from onionchat.errors import InvalidInput, InvalidLink, OnionchatError, Unavailable

MAX_BYTES: Final = 32 * 1024 * 1024
"""Of a picture from the screen or the clipboard; the child has its own limit on points."""
MAX_ANSWER: Final = 64 * 1024


class PictureTooLarge(InvalidInput):
    """The picture has more bytes than anything is decoded of."""

    sentence = "This picture is too large; cut out the code, or scale the picture down."


class QrReader(QObject):
    """Reads pictures; `then` gets the code's text, `failed` an OnionchatError.

    Neither is called before the method returns, nor after the reader is deleted.
    """

    def read_file(
        self,
        path: str,
        then: Callable[[str], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        """Read the code in a picture file."""
        self._run(path, -1, then, failed)

    def read_bytes(
        self,
        content: bytes,
        then: Callable[[str], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        """Read the code in a picture that is in memory, as PNG say."""
        if len(content) > MAX_BYTES:
            QTimer.singleShot(0, self, lambda: failed(PictureTooLarge(PictureTooLarge.sentence)))
            return
        memory = os.memfd_create("picture")
        with open(memory, "wb", closefd=False) as file:
            file.write(content)
        # The child opens what it is given, not what the window holds: of a process that forbids
        # core dumps nobody else may open anything.
        self._run("/proc/self/fd/0", memory, then, failed)

    def _run(
        self,
        path: str,
        memory: int,
        then: Callable[[str], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        process = QProcess(self)
        if memory >= 0:
            process.setStandardInputFile(f"/proc/self/fd/{memory}")
        limit = QTimer(process, singleShot=True, interval=qr_reader.SECONDS * 1000)
        limit.timeout.connect(process.kill)

        def end(outcome: str | OnionchatError) -> None:
            if memory >= 0:
                os.close(memory)
            if not shiboken6.isValid(self):
                # A process ends with its reader, and says so.
                return
            process.deleteLater()
            if isinstance(outcome, str):
                then(outcome)
            else:
                failed(outcome)

        def finished(status: int, how: QProcess.ExitStatus) -> None:
            if how != QProcess.ExitStatus.NormalExit:
                end(InvalidLink("The picture could not be read in time."))
                return
            out = bytes(process.readAllStandardOutput().data())[:MAX_ANSWER]
            error = bytes(process.readAllStandardError().data())[:MAX_ANSWER]
            try:
                text = qr_reader.text_of(status, out, error).strip()
            except OnionchatError as problem:
                end(problem)
            else:
                end(text)

        def broken(what: QProcess.ProcessError) -> None:
            if what == QProcess.ProcessError.FailedToStart:
                end(Unavailable("The program that reads pictures could not be started."))

        process.finished.connect(finished)
        process.errorOccurred.connect(broken)
        program, *arguments = qr_reader.command(path)
        process.start(program, arguments)
        limit.start()

"""A bus of its own, and a program on it that shows notifications, as a desktop has one."""

import subprocess
from contextlib import contextmanager

from jeepney import DBusAddress, HeaderFields, new_error, new_method_return, new_signal
from jeepney.bus_messages import DBus
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtCore import QTimer

from onionchat_gui.freedesktop import NAME, PATH

ALL = ("actions", "body", "body-markup")


CONFIGURATION = """
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{listen}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def bus(folder, listen=None):
    """A `dbus-daemon` and its address. It starts what stands in `services` in this folder, and
    nothing of what this computer has.
    """
    (folder / "services").mkdir(exist_ok=True)
    file = folder / "bus.conf"
    file.write_text(CONFIGURATION.format(folder=folder, listen=listen or f"unix:dir={folder}"))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={file}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield daemon, daemon.stdout.readline().strip()
    finally:
        daemon.terminate()
        daemon.wait()
        daemon.stdout.close()


class PlayedDesktop:
    """Works whenever Qt's loop runs, in the same thread: no test waits for nothing."""

    def __init__(self, address, capabilities=ALL, first=1):
        self.capabilities = capabilities
        self.shown, self.closed, self.called = {}, [], []
        self.next = first
        self.hangs, self.refuses = False, False
        self.odd = {}
        """Answers of another kind than the specification's: member, then signature and body."""
        self._held = []
        self._link = open_dbus_connection(bus=address, auth_timeout=30)
        self._link.send_and_get_reply(DBus().RequestName(NAME), timeout=30)
        self._timer = QTimer(interval=1)
        self._timer.timeout.connect(self._work)
        self._timer.start()

    def end(self):
        self._timer.stop()
        self._link.close()

    def answer_all(self):
        """It hangs no more."""
        self.hangs = False
        held, self._held = self._held, []
        for call in held:
            self._answer(call)

    def tell(self, member, signature, *body):
        """A signal to whoever listens."""
        self._link.send(new_signal(DBusAddress(PATH, interface=NAME), member, signature, body))

    def said(self):
        """Titles and bodies of what is shown."""
        return [(fields[3], fields[4]) for fields in self.shown.values()]

    def _work(self):
        while True:
            try:
                message = self._link.receive(timeout=0)
            except TimeoutError:
                return
            except ConnectionError:
                # The bus is gone.
                self._timer.stop()
                return
            if message.header.fields.get(HeaderFields.interface) == NAME:
                self.called.append(message.header.fields[HeaderFields.member])
                if self.hangs:
                    self._held.append(message)
                else:
                    self._answer(message)

    def _answer(self, call):
        member = call.header.fields[HeaderFields.member]
        if self.refuses and member == "Notify":
            self._link.send(new_error(call, f"{NAME}.Error.ExcessNotificationGeneration"))
        elif member in self.odd:
            self._link.send(new_method_return(call, *self.odd[member]))
        elif member == "GetCapabilities":
            self._link.send(new_method_return(call, "as", (list(self.capabilities),)))
        elif member == "Notify":
            number = call.body[1]
            if number not in self.shown:
                number, self.next = self.next, self.next + 1
            self.shown[number] = call.body
            self._link.send(new_method_return(call, "u", (number,)))
        elif member == "CloseNotification":
            self.close(*call.body, reason=3)

    def close(self, number, reason=1):
        """It was there long enough, or the person or the program does not want it any more."""
        self.closed.append(number)
        if self.shown.pop(number, None) is not None:
            self.tell("NotificationClosed", "uu", number, reason)

"""Where one message is, device by device, in words.

What lives here: pure functions on what the node says of it. What may not: asking the node.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from onionchat.displayable import displayable_line
from onionchat.views import DeviceHasView, MessageInfoView

from .sentences import worded
from .when import moment


def own(info: MessageInfoView) -> list[str]:
    """A line for each of the person's devices; none where there is but this one."""
    found = [view for view in info.devices if view.owner == "mine"]
    return [line(view) for view in found] if len(found) > 1 else []


def theirs(info: MessageInfoView) -> list[str]:
    """A line for each device of the contact, the most senior first."""
    return [line(view) for view in info.devices if view.owner != "mine"]


def line(view: DeviceHasView) -> str:
    """Which device it is, and whether the message is there."""
    return f"{_name(view)}: {_state(view)}"


def _name(view: DeviceHasView) -> str:
    if view.owner != "mine":
        name = QCoreApplication.translate("whereabouts", "Device %1")
    elif view.number:
        name = QCoreApplication.translate("whereabouts", "Your device %1")
    else:
        name = QCoreApplication.translate("whereabouts", "This device")
    if not view.active:
        name += " " + QCoreApplication.translate("whereabouts", "(removed)")
    return name.replace("%1", str(view.number))


def _state(view: DeviceHasView) -> str:
    match view.state, view.since:
        case "wrote", None:
            said = QCoreApplication.translate("whereabouts", "written there")
        case "wrote", _:
            said = QCoreApplication.translate("whereabouts", "written there, %1")
        case "has", None:
            said = QCoreApplication.translate("whereabouts", "has it")
        case "has", _:
            said = QCoreApplication.translate("whereabouts", "has it since %1")
        case "sent", _:
            said = QCoreApplication.translate("whereabouts", "on its way there")
        case "waiting", _:
            said = QCoreApplication.translate("whereabouts", "does not have it.")
            return f"{said} {displayable_line(worded(view.why))}".rstrip()
        case _:
            said = QCoreApplication.translate("whereabouts", "nobody can tell")
    return said.replace("%1", moment(view.since or 0))

"""What a node can be asked: the seam between node/ and control/, as a `Protocol`.

`node.py: Node` implements it; the control methods and their tests know only this. Every method that
changes something returns after the change is committed to disk. CONTACT arguments are a petname
in any capitals (no two contacts differ in those alone) or a contact id (hex, or an unambiguous
prefix of at least 8 digits).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from onionchat.node.events import NodeEvent
from onionchat.views import (
    BridgeCheckView,
    CheckView,
    ContactView,
    DeletedView,
    DeviceLinkView,
    DeviceView,
    InviteView,
    LinkedView,
    LinkView,
    MessageInfoView,
    MessageView,
    RemovedView,
    RequestView,
    RevokedView,
    SettingView,
    StatusView,
    StretchView,
    TorDetailsView,
    VersionView,
)


class NodeApi(Protocol):
    """The services of a running node. Raises the named errors of `onionchat.errors`."""

    async def status(self) -> StatusView:
        """How the node is doing."""

    async def tor_details(self) -> TorDetailsView:
        """What Tor is doing, in more detail than `status`."""

    async def check_bridges(self, text: str) -> Sequence[BridgeCheckView]:
        """What would become of bridge lines, without using them."""

    async def invite(self, *, standing: bool, lifetime: float | None) -> InviteView:
        """Make an invite; `lifetime` in seconds, None for the default (7 days; standing: for
        ever)."""

    async def invites(self) -> Sequence[InviteView]:
        """Outstanding invites."""

    async def revoke_invite(self, invite_id: str) -> None:
        """Withdraw an invite and its onion."""

    async def check_link(self, link: str) -> LinkView:
        """What `link` says; the errors of `add` that this device can tell alone."""

    async def add(self, link: str, *, name: str | None, greeting: str) -> ContactView:
        """Ask the maker of `link` to become a contact; returns once the request is stored here."""

    async def link_device(self) -> DeviceLinkView:
        """Make a link by which one new device can be taken in; one that is out ends."""

    async def confirm_device(self, code: str) -> LinkedView:
        """Take in the device that shows this code; returns when it is linked."""

    async def cancel_device_link(self) -> None:
        """Take the link back."""

    async def join_device(self, link: str, *, name: str, history: str) -> None:
        """Become a device of the account whose device made this link; returns once the call is
        stored."""

    async def devices(self) -> Sequence[DeviceView]:
        """One's own devices, the most senior first."""

    async def rename_device(self, device: str, name: str) -> DeviceView:
        """Call one of one's own devices otherwise."""

    async def revoke_device(self, device: str, *, recovery: str | None) -> RevokedView:
        """Put one of one's own devices out of the account, by the recovery phrase if there is one;
        returns once all that can be done now is stored."""

    async def requests(self) -> Sequence[RequestView]:
        """Requests that wait for the person."""

    async def accept(self, request_id: str, *, name: str | None) -> ContactView:
        """Accept a request."""

    async def decline(self, request_id: str) -> None:
        """Decline a request; its sender is told when it asks again."""

    async def block(self, contact: str) -> ContactView:
        """Block a contact (or a waiting request): it can neither reach nor see this device
        again."""

    async def unblock(self, contact: str) -> ContactView:
        """Undo `block`; the contact learns the new address when this node dials it."""

    async def cancel(self, contact: str) -> RemovedView:
        """Take back a request of one's own that was not answered, or in vain."""

    async def remove(self, contact: str) -> RemovedView:
        """Forget a contact with all messages; it sees what a blocked one sees."""

    async def contacts(self) -> Sequence[ContactView]:
        """All contacts, the latest conversation first."""

    async def contact(self, contact: str) -> ContactView:
        """One contact."""

    async def rename(self, contact: str, name: str) -> ContactView:
        """Give a contact another petname."""

    async def verify_words(self, contact: str) -> tuple[str, ...]:
        """The safety words to compare with the contact over another channel."""

    async def validate(
        self, contact: str, words: Sequence[str], *, anyway: bool = False
    ) -> ContactView:
        """Mark a contact validated when the given safety words are right; one that is compromised
        only `anyway`."""

    async def distrust(self, contact: str) -> ContactView:
        """Mark a contact as compromised."""

    async def suggestion_shown(self, contact: str) -> None:
        """The person was advised to compare safety words: it is not done again."""

    async def send(
        self,
        contact: str,
        text: str,
        *,
        clear_draft: bool = False,
        tag: str | None = None,
        anyway: bool = False,
        reply_to: str | None = None,
    ) -> MessageView:
        """Store a message for a contact; returns when it is on disk, and the draft is gone. For a
        contact that is compromised only `anyway`.

        With a `tag` that was used for this contact within a day, the message of that time.
        """

    async def edit(self, contact: str, message_id: str, text: str) -> MessageView:
        """Have a text of one's own say something else."""

    async def react(self, contact: str, message_id: str, emoji: str) -> MessageView:
        """React to a message; "" takes the reaction back."""

    async def versions(self, contact: str, message_id: str) -> Sequence[VersionView]:
        """What a text said and says, the oldest first."""

    async def set_timer(self, contact: str, seconds: int) -> ContactView:
        """Have what is written from now on disappear so long after it was seen; 0: it stays."""

    async def delete(
        self, contact: str, message_ids: Sequence[str], *, for_everyone: bool
    ) -> DeletedView:
        """Delete messages here; `for_everyone` asks all others to as well (one's own alone)."""

    async def clear(self, contact: str, *, before: float | None, for_everyone: bool) -> DeletedView:
        """Delete all that was written before a time (seconds since 1970), or everything."""

    async def wait_delivered(self, message_id: str, timeout: float) -> MessageView:
        """Wait until a contact's device has the message. Raises TimedOut after `timeout`
        seconds."""

    async def history(
        self,
        contact: str,
        *,
        limit: int,
        before: str | None = None,
        after: str | None = None,
        around: str | None = None,
    ) -> StretchView:
        """The newest `limit` messages, or those just before, just after or around a message.

        At most one of the three may be given.
        """

    async def message_info(self, message_id: str) -> MessageInfoView:
        """Where a message is, at which devices, and why it waits."""

    async def draft(self, contact: str) -> str:
        """What was written to a contact and not sent; "" for nothing."""

    async def set_draft(self, contact: str, text: str) -> ContactView:
        """Keep a text that is not sent yet; "" forgets it."""

    async def mark_read(self, contact: str, message_id: str | None) -> None:
        """The person has read up to `message_id`, or everything."""

    async def first_unread(self, contact: str) -> str | None:
        """The id of the first message of a conversation that the person has not read."""

    async def search(
        self, words: str, *, contact: str | None, limit: int, before: str | None = None
    ) -> Sequence[MessageView]:
        """Messages that hold all words (the last one as a prefix), newest first; `before` is the
        last message of the page before."""

    async def set_visibility(self, visibility: str, *, contact: str | None) -> None:
        """online, restricted or hidden, for all or for one contact."""

    async def own_onion(self, contact: str) -> ContactView:
        """Move a contact to a contact onion that it shares with nobody."""

    async def settings(self) -> Sequence[SettingView]:
        """All settings with their sentences."""

    async def set_setting(self, name: str, value: str) -> SettingView:
        """Change one setting."""

    async def change_passphrase(self, old: str, new: str) -> None:
        """Put a new passphrase around the database's key."""

    async def verify_passphrase(self, passphrase: str) -> None:
        """Return if it is the profile's passphrase; raises WrongPassphrase or TooManyTries."""

    async def destroy_key(self) -> None:
        """Make the profile unreadable for good. Whoever runs the node stops it then and removes
        the files."""

    @property
    def wiped(self) -> bool:
        """Whether the key was destroyed."""

    async def backup(self, path: str) -> None:
        """Write an encrypted copy of the profile to a new folder `path` while running."""

    async def doctor(self) -> Sequence[CheckView]:
        """Check what commonly goes wrong."""

    async def until_ended(self) -> None:
        """Wait until the node has stopped; raises the error that stopped it if it was not asked
        to."""

    async def stop(self) -> None:
        """Stop: returns when tor has ended and the database is closed. Again: waits for the
        same."""

    def subscribe(self, listener: Callable[[NodeEvent], None]) -> Callable[[], None]:
        """Call `listener` with each event after its commit; returns the unsubscribe function."""

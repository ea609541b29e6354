"""A node in memory for the window's tests: answers from the schema's own classes, at `deliver`.

What lives here: `FakeNode` and `FakeStarter`. The control API's real fake, with Twisted, is
onionchat/testing/fake_node.py; this one has no reactor and lets a test decide when answers come.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace
from shiboken6 import isValid

from onionchat.control import schema
from onionchat.errors import (
    NodeNotRunning,
    NoProfile,
    OnionchatError,
    Stopping,
    UnknownContact,
    UnknownMessage,
)
from onionchat.views import (
    Arrived,
    ContactChanged,
    ContactView,
    DeletedView,
    DeviceHasView,
    MessageAdded,
    MessageChanged,
    MessageInfoView,
    MessagesDeleted,
    MessageStateChanged,
    MessageView,
    QuoteView,
    ReactionView,
    SettingView,
    StatusView,
    TorDetailsView,
    TorView,
    VersionView,
)
from onionchat_gui.node import Node, Starter

NOON = 1_790_000_000.0


def contact(number: int, **changes: Any) -> ContactView:
    """A contact who said nothing yet."""
    fields: dict[str, Any] = dict(
        id=f"{number:032x}",
        name=f"Friend {number}",
        suggested_name=f"Friend {number}",
        state="active",
        trust="unvalidated",
        visibility="online",
        connected=False,
        unread=0,
        queued=0,
        last_time=None,
        last_text=None,
        created=NOON - 86400 - number,
    )
    return ContactView(**(fields | changes))


def message(number: int, of: ContactView, **changes: Any) -> MessageView:
    """The number-th message of a conversation, a minute after the one before."""
    mine = number % 2 == 0
    fields: dict[str, Any] = dict(
        id=f"{number:08x}{of.id[:24]}",
        contact=of.id,
        author="Me" if mine else of.name,
        mine=mine,
        text=f"Message {number}",
        time=NOON + 60 * number,
        state="delivered" if mine else "received",
    )
    return MessageView(**(fields | changes))


TOR = TorView(running=True, bootstrap=100, summary="Tor is up.", version="0.4.9.11")
TOR_DETAILS = TorDetailsView(TOR, "online", True, None, None, (), (), (), None)
STATUS = StatusView(
    online=True,
    tor=TOR,
    contacts=0,
    connected=0,
    queued=0,
    requests=0,
    account="a" * 32,
    device="d" * 32,
    name="Me",
    visibility="online",
    version="0",
    protocol=1,
    pid=1,
    profile="",
    uptime=1.0,
)


class FakeNode(Node):
    """Answers wait in a queue until `deliver`; `problem` makes the next ones fail."""

    def __init__(self, *people: ContactView) -> None:
        super().__init__()
        self.people = {person.id: person for person in people}
        self.history: dict[str, list[MessageView]] = {person.id: [] for person in people}
        self.drafts: dict[str, str] = {}
        self.settings = {"visibility": "online", "read-receipts": "off"}
        self.versions: dict[str, tuple[VersionView, ...]] = {}
        self.tags: dict[tuple[str, str], MessageView] = {}
        self.asked: list[schema.Request[Any]] = []
        self.running = True
        self.connected = False
        """Whether it answers."""
        self.discreet = False
        self._joined = False
        self.tries = 0
        self.running_at_try: int | None = None
        """With which try a node that had ended is there again."""
        self.problem: OnionchatError | None = None
        self.replies: dict[type, Any] = {}
        """Answers to requests that this fake does not know, for the tests of single pages."""
        self._queue: deque[Callable[[], None]] = deque()
        self._outstanding: list[Callable[[OnionchatError], None]] = []
        self.now = NOON + 1_000_000

    def join(self) -> None:
        self._queue.append(self._join)

    def _join(self) -> None:
        if self._joined:
            return
        if self.running:
            self._joined = self.connected = True
            self.joined.emit()
        else:
            self.parted.emit(NodeNotRunning())

    def leave(self) -> None:
        self._joined = self.connected = False

    def try_again(self) -> None:
        self.tries += 1
        if self.tries == self.running_at_try:
            self.running = True
        self.join()

    def set_discreet(self, discreet: bool) -> None:
        self.discreet = discreet

    def tell(self, *events: object) -> None:
        """This happens; a locked window learns of a message at most that it came."""
        if self.discreet:
            came = [isinstance(e, MessageAdded) and not e.message.mine for e in events]
            events = (Arrived(),) * sum(came)
        if events:
            self.happened.emit(events)

    def lose(self, *, ended: bool = True) -> None:
        """The connection breaks; the node is gone unless said otherwise."""
        self._joined = self.connected = False
        self.running = not ended
        self._queue.clear()
        waiting, self._outstanding = self._outstanding, []
        for failed in waiting:
            failed(Stopping())
        self.parted.emit(Stopping("The node ended."))

    def ask(self, owner, request, then, failed) -> None:
        def call(continuation, value) -> None:
            if isValid(owner):
                continuation(value)

        self.asked.append(request)
        if not self.connected:
            self._queue.append(lambda: call(failed, NodeNotRunning()))
            return
        fail = partial(call, failed)
        self._outstanding.append(fail)

        def answer() -> None:
            self._outstanding.remove(fail)
            if self.problem is not None:
                fail(self.problem)
                return
            try:
                reply = self._answer(request)
            except OnionchatError as error:
                fail(error)
            else:
                call(then, reply)

        self._queue.append(answer)

    def deliver(self) -> None:
        """Let everything happen that is due, and what follows from it."""
        while self._queue:
            self._queue.popleft()()

    def step(self) -> None:
        """Let only the next thing happen."""
        self._queue.popleft()()

    def arrive(self, *views: MessageView) -> None:
        """These are stored now; told as one batch."""
        for view in views:
            self.history[view.contact].append(view)
        self.tell(*(MessageAdded(view) for view in views))

    def reach(self, of: ContactView, state: str, *views: MessageView) -> None:
        """Messages of one's own reach a state."""
        self.tell(MessageStateChanged(of.id, tuple(v.id for v in views), state))

    def _answer(self, request: Any) -> Any:
        if type(request) in self.replies:
            reply = self.replies[type(request)]
            return reply(request) if callable(reply) else reply
        about = getattr(request, "contact", None)
        if about is not None and about not in self.people:
            raise UnknownContact
        match request:
            case schema.Status():
                return STATUS
            case schema.TorDetails():
                return TOR_DETAILS
            case schema.CheckBridges() | schema.Requests() | schema.Invites():
                return ()
            case schema.Settings():
                return tuple(
                    SettingView(name, value, value, "") for name, value in self.settings.items()
                )
            case schema.MessageInfo():
                views = [view for several in self.history.values() for view in several]
                found = next(view for view in views if view.id == request.id)
                here = DeviceHasView("mine", 0, "this device", True, "has", found.time)
                return MessageInfoView(found, False, (here,))
            case schema.Devices():
                return ()
            case schema.Contacts():
                return tuple(self.people.values())
            case schema.History():
                return self._page(request)
            case schema.FirstUnread():
                unread = self.people[request.contact].unread
                theirs = [view.id for view in self.history[request.contact] if not view.mine]
                return schema.FirstUnreadReply(
                    theirs[-unread] if 0 < unread <= len(theirs) else None
                )
            case schema.Draft():
                return schema.DraftReply(self.drafts.get(request.contact, ""))
            case schema.SetDraft():
                self.drafts[request.contact] = request.text
                return self.people[request.contact]
            case schema.Send():
                return self._send(request)
            case schema.Edit() | schema.React():
                return self._say(request)
            case schema.Delete():
                return self._delete(request)
            case schema.Clear():
                return self._clear(request)
            case schema.SetTimer():
                return self._set_timer(request)
            case schema.Versions():
                return self.versions[request.id]
            case schema.Search():
                return self._search(request)
            case _:
                return schema.Nothing()

    def _send(self, request: schema.Send) -> MessageView:
        person = self.people[request.contact]
        if request.tag is not None and (person.id, request.tag) in self.tags:
            return self.tags[person.id, request.tag]
        self.now += 1
        view = message(
            2 * len(self.history[person.id]),
            person,
            text=request.text,
            time=self.now,
            state="queued",
            reply=self._quote(request),
        )
        if request.clear_draft:
            self.drafts.pop(person.id, None)
        if request.tag is not None:
            self.tags[person.id, request.tag] = view
        self.arrive(view)
        return view

    def _quote(self, request: schema.Send) -> QuoteView | None:
        if request.reply_to is None:
            return None
        for view in self.history[request.contact]:
            if view.id == request.reply_to:
                return QuoteView(view.id, view.author, view.mine, view.text[:200])
        raise UnknownMessage

    def change(self, id_: str, **changes: Any) -> MessageView:
        """A message is to be shown otherwise from now on."""
        for views in self.history.values():
            for place, view in enumerate(views):
                if view.id == id_:
                    views[place] = replace(view, **changes)
                    self.tell(MessageChanged(views[place]))
                    return views[place]
        raise UnknownMessage

    def vanish(self, of: ContactView, *ids: str) -> None:
        """Messages are gone without a trace."""
        kept = [view for view in self.history[of.id] if view.id not in ids]
        self.history[of.id] = kept
        self.tell(MessagesDeleted(of.id, ids))

    def _say(self, request: schema.Edit | schema.React) -> MessageView:
        if isinstance(request, schema.Edit):
            return self.change(request.id, text=request.text, edited=self.now)
        found = next(view for view in self.history[request.contact] if view.id == request.id)
        others = tuple(reaction for reaction in found.reactions if not reaction.mine)
        own = (ReactionView(request.emoji, True, "Me"),) if request.emoji else ()
        return self.change(request.id, reactions=(*others, *own))

    def _delete(self, request: schema.Delete) -> DeletedView:
        if not request.for_everyone:
            self.vanish(self.people[request.contact], *request.ids)
            return DeletedView(len(request.ids))
        note = "You deleted this and asked for it to be deleted everywhere."
        for id_ in request.ids:
            self.change(id_, text="", deleted=True, asked="asked", note=note)
        return DeletedView(len(request.ids), len(request.ids))

    def _clear(self, request: schema.Clear) -> DeletedView:
        views = self.history[request.contact]
        gone = [v for v in views if request.before is None or v.time < request.before]
        self.vanish(self.people[request.contact], *(view.id for view in gone))
        if request.before is None:
            self.drafts.pop(request.contact, None)
        return DeletedView(len(gone), len(gone) if request.for_everyone else 0)

    def _set_timer(self, request: schema.SetTimer) -> ContactView:
        person = replace(self.people[request.contact], disappear=request.seconds)
        self.people[person.id] = person
        line = message(
            2 * len(self.history[person.id]),
            person,
            text="",
            kind="timer",
            timer=request.seconds,
            time=self.now,
        )
        self.arrive(line)
        self.tell(ContactChanged(person))
        return person

    def _search(self, request: schema.Search) -> schema.Page:
        """Texts that hold the last word; enough for what the window does with the answer."""
        word = request.words.split()[-1].casefold()
        everything = [
            view
            for id_, views in self.history.items()
            if request.contact in (None, id_)
            for view in views
            if word in view.text.casefold()
        ]
        everything.sort(key=lambda view: -view.time)
        ids = [view.id for view in everything]
        first = ids.index(request.before) + 1 if request.before is not None else 0
        page = everything[first : first + request.limit]
        return schema.Page(tuple(page), len(page) == request.limit)

    def _page(self, request: schema.History) -> schema.Page:
        everything = self.history[request.contact]
        places = {view.id: place for place, view in enumerate(everything)}
        first, last = max(0, len(everything) - request.limit), len(everything)
        if request.before is not None:
            last = places[request.before]
            first = max(0, last - request.limit)
        elif request.after is not None:
            first = places[request.after] + 1
            last = min(len(everything), first + request.limit)
        elif request.around is not None:
            if request.around not in places:
                raise UnknownMessage
            middle = places[request.around]
            first = max(0, middle - request.limit // 2)
            last = min(len(everything), first + request.limit)
        return schema.Page(tuple(everything[first:last]), first > 0, last < len(everything))


PHRASE = tuple(
    "abandon bamboo canyon dolphin ember falcon glacier harbor inherit jungle kitchen lagoon mango"
    " narrow orchard pepper quality ribbon saddle thunder umbrella velvet walnut zebra".split()
)


class FakeStarter(Starter):
    """Starts a `FakeNode`; the right passphrase is "open sesame", or that of `create`."""

    def __init__(self, node: FakeNode) -> None:
        super().__init__()
        self.node = node
        self.lacks: OnionchatError | None = None
        self.problem: OnionchatError | None = None
        self.passphrase = "open sesame"
        self.made: list[tuple[str, str]] = []
        """Names and passphrases of profiles that it was to make."""
        self.stopped = 0
        self.killed = 0
        """How often a node that was starting was to end."""
        self.destroyed = 0
        """How often it was to destroy the profile without the node."""
        self.files_left = False

    def missing(self) -> OnionchatError | None:
        return self.lacks

    def stop_starting(self) -> None:
        self.killed += 1

    def identity(self) -> str:
        return "1:2"

    def destroy(self, then, failed) -> None:
        self.destroyed += 1

        def answer() -> None:
            if self.problem is not None:
                failed(self.problem)
            else:
                self.lacks = NoProfile()
                then(self.files_left)

        self.node._queue.append(answer)

    def start(self, passphrase, then, failed) -> None:
        from onionchat.errors import WrongPassphrase

        def answer() -> None:
            if self.problem is not None:
                failed(self.problem)
            elif passphrase != self.passphrase:
                failed(WrongPassphrase())
            else:
                self.node.running = True
                then()

        self.node._queue.append(answer)

    def create(self, name, passphrase, then, failed) -> None:
        self.made.append((name, passphrase))
        stopped = self.stopped

        def answer() -> None:
            if stopped != self.stopped:
                return
            if self.problem is not None:
                failed(self.problem)
            else:
                self.lacks = None
                self.passphrase = passphrase
                then(PHRASE)

        self.node._queue.append(answer)

    def stop_creating(self) -> None:
        self.stopped += 1

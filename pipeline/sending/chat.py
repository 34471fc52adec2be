"""A message to a chat group: the same notice in few lines, within what the service takes."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Literal

from pipeline.render.words import Words
from pipeline.sending.letter_text import tags
from pipeline.sending.notice import Entry, Kind, Notice
from pipeline.sending.robot import Service
from pipeline.sending.wording import clipped, counted, wording
from pipeline.transcript import Language, Value

BYTES: Mapping[Service, int] = {
    "feishu": 18_000,  # of 20 KB for the whole request
    "lark": 18_000,
    "dingtalk": 18_000,  # of 20 000 bytes for the whole request
    "wecom": 3_900,  # of 4096 bytes for the text
    "slack": 12_000,  # longer ones are folded away behind "see more"
    "teams": 20_000,  # of 28 KB for the whole request
}
"""How much a message may hold: UTF-8 bytes of its lines and of what the service's form puts around each."""

# What one line costs beside its text: an element of a card for Teams, of a post for Feishu.
_AROUND: Mapping[Service, int] = {"feishu": 40, "lark": 40, "teams": 120}
_TITLE, _ITEM = 100, 120
# Characters that begin a link, a mention, a list or emphasis in one of the services' kinds of Markdown, and what
# reads the same without doing so. Not all of the services know an escape.
_PLAIN = str.maketrans(
    {"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "ˋ", "~": "～", "\\": "＼", "|": "｜"}
)

Role = Literal["text", "alert", "heading", "owner", "item"]


class ChatLine(Value):
    """One line without markup; its role tells how a service dresses it."""

    role: Role
    text: str


class ChatMessage(Value):
    """A message to one chat service.

    Attributes:
        kind: To whom it speaks.
        language: Of its words.
        service: Whose limits it keeps.
        title: One line.
        lines: In order; if not all items fit, the last one says how many are missing.
        link: Where to read everything.
        link_text: What the link says; None without one.
        matter: sha256 of what it tells.
    """

    kind: Kind
    language: Language
    service: Service
    title: str
    lines: tuple[ChatLine, ...]
    link: str | None = None
    link_text: str | None = None
    matter: str


def as_chat(notice: Notice, service: Service) -> ChatMessage:
    """Puts a notice into the form of a chat message, shortened to what the service takes."""
    say = wording(notice.language, partial=notice.partial)
    link_text = say["letter.open" if notice.kind == "reminder" else "letter.read"] if notice.link else None
    room = BYTES[service] - sum(
        _size(text or "", service) for text in (notice.subject, notice.link, link_text)
    )
    return ChatMessage(
        kind=notice.kind,
        language=notice.language,
        service=service,
        title=_plain(notice.subject, _TITLE),
        lines=tuple(_lines(notice, service, room, say)),
        link=notice.link,
        link_text=link_text,
        matter=notice.matter,
    )


def _lines(notice: Notice, service: Service, room: int, say: Words) -> Iterator[ChatLine]:
    """All lines that there is room for: decisions take a third of it at most, items what is left."""
    told = [*_opening(notice, say), *_decided(notice, service, room // 3, say)]
    yield from told
    room -= sum(_size(line.text, service) for line in told)
    yield from _fitting([*_items(notice, say)], service, room, say)


def _opening(notice: Notice, say: Words) -> Iterator[ChatLine]:
    if notice.partial:
        yield ChatLine(role="alert", text=say["document.problems"])
    if opening := " ".join(part for part in (notice.greeting, notice.lead) if part):
        yield ChatLine(role="text", text=_plain(opening, 2 * _ITEM))


def _decided(notice: Notice, service: Service, room: int, say: Words) -> Iterator[ChatLine]:
    decisions = notice.decisions or ()
    lines = [ChatLine(role="item", text=_plain(decision, _ITEM)) for decision in decisions]
    kept = _prefix(lines, service, room - _size(counted(say, "more_decisions", len(lines)), service))
    if decisions:
        yield ChatLine(role="heading", text=say["letter.decisions"])
        yield from kept
    if left := len(lines) - len(kept):
        yield ChatLine(role="text", text=counted(say, "more_decisions", left))


def _items(notice: Notice, say: Words) -> Iterator[ChatLine]:
    if notice.kind == "all" and notice.groups:
        yield ChatLine(role="heading", text=say["letter.actions"])
    for group in notice.groups:
        if not notice.greeting:
            yield ChatLine(role="owner", text=_plain(say.aside(group.owner, group.department), _ITEM))
        yield from (ChatLine(role="item", text=_item(entry, say)) for entry in group.entries)


def _item(entry: Entry, say: Words) -> str:
    named = "".join(f"{say['chat.tag'].format(tag=tag)}" for tag in tags(entry, say))
    due = say.aside(entry.due, entry.remark) if entry.urgency != "undated" else entry.due
    parts = (f"{named}{_plain(entry.task, _ITEM)}", due, _plain(entry.aside or "", _ITEM))
    return say["chat.dot"].join(part for part in parts if part)


def _fitting(lines: list[ChatLine], service: Service, room: int, say: Words) -> Iterator[ChatLine]:
    """As many lines as there is room for, and one that tells how many items are left out."""
    items = sum(line.role == "item" for line in lines)
    kept = _prefix(lines, service, room)
    if len(kept) < len(lines):
        kept = _prefix(lines, service, room - _size(counted(say, "more", items), service))
    # No name stands without something below it.
    while kept and kept[-1].role in ("heading", "owner"):
        kept.pop()
    yield from kept
    if left := items - sum(line.role == "item" for line in kept):
        yield ChatLine(role="text", text=counted(say, "more", left))


def _prefix(lines: list[ChatLine], service: Service, room: int) -> list[ChatLine]:
    sizes = accumulate(_size(line.text, service) for line in lines)
    return [line for line, size in zip(lines, sizes, strict=True) if size <= room]


def _size(text: str, service: Service) -> int:
    # Eight bytes pay for a line's bullet, its emphasis and its end.
    return len(text.encode()) + 8 + _AROUND.get(service, 0)


def _plain(text: str, limit: int) -> str:
    return clipped(text.translate(_PLAIN), limit)

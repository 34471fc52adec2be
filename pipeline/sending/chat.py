"""A message to a chat group: the same notice in few lines, within what the service takes."""

from collections.abc import Iterator, Mapping
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
_TITLE, _ITEM, _DECISIONS = 100, 160, 8
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
    room = BYTES[service] - _size(notice.link or "", service) - _size(link_text or "", service)
    return ChatMessage(
        kind=notice.kind,
        language=notice.language,
        service=service,
        title=_plain(notice.subject, _TITLE),
        lines=tuple(_fitting([*_lines(notice, say)], service, room - _size(notice.subject, service), say)),
        link=notice.link,
        link_text=link_text,
        matter=notice.matter,
    )


def _lines(notice: Notice, say: Words) -> Iterator[ChatLine]:
    if notice.partial:
        yield ChatLine(role="alert", text=say["document.problems"])
    if opening := " ".join(part for part in (notice.greeting, notice.lead) if part):
        yield ChatLine(role="text", text=_plain(opening, 2 * _ITEM))
    if notice.decisions:
        yield ChatLine(role="heading", text=say["letter.decisions"])
        yield from (ChatLine(role="item", text=_plain(d, _ITEM)) for d in notice.decisions[:_DECISIONS])
        if (left := len(notice.decisions) - _DECISIONS) > 0:
            yield ChatLine(role="text", text=counted(say, "more_decisions", left))
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
    if sum(_size(line.text, service) for line in lines) <= room:
        yield from lines
        return
    items = sum(line.role == "item" for line in lines)
    room -= _size(counted(say, "more", items), service)
    kept: list[ChatLine] = []
    for line in lines:
        room -= _size(line.text, service)
        if room < 0:
            break
        kept.append(line)
    # No name stands without something below it.
    while kept and kept[-1].role in ("heading", "owner"):
        kept.pop()
    yield from kept
    left = items - sum(line.role == "item" for line in kept)
    yield ChatLine(role="text", text=counted(say, "more", left))


def _size(text: str, service: Service) -> int:
    # Eight bytes pay for a line's bullet, its emphasis and its end.
    return len(text.encode()) + 8 + _AROUND.get(service, 0)


def _plain(text: str, limit: int) -> str:
    return clipped(text.translate(_PLAIN), limit)

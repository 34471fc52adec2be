"""A letter: subject, plain text, HTML and files. What a preview shows is the value that is sent."""

from pydantic import ConfigDict

from pipeline.render import render
from pipeline.sending.letter_html import to_html
from pipeline.sending.letter_text import to_text
from pipeline.sending.notice import Kind, Notice, Source
from pipeline.transcript import Language, Value


class Attachment(Value):
    """A file that goes with a letter; in JSON its content is base64."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    name: str
    media_type: str
    content: bytes


class Letter(Value):
    """An e-mail without its recipient.

    Attributes:
        kind: To whom it speaks.
        language: Of its words.
        subject: One line.
        text: For readers without HTML.
        html: A whole page with inline styles that loads nothing.
        attachments: The minutes as a document, and the deadlines as a calendar where one has a day.
        matter: sha256 of what it tells.
    """

    kind: Kind
    language: Language
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    matter: str


def as_letter(notice: Notice) -> Letter:
    """Puts a notice into the form of a letter."""
    return Letter(
        kind=notice.kind,
        language=notice.language,
        subject=notice.subject,
        text=to_text(notice),
        html=to_html(notice),
        attachments=_attached(notice.source) if notice.source else (),
        matter=notice.matter,
    )


def _attached(source: Source) -> tuple[Attachment, ...]:
    document = Attachment(
        name="minutes.docx",
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        content=render(source.minutes, source.transcript, "docx"),
    )
    if not source.dated:
        return (document,)
    deadlines = Attachment(
        name="deadlines.ics",
        media_type="text/calendar",
        content=render(source.deadlines, source.transcript, "ics"),
    )
    return document, deadlines

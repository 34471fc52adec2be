"""What is sent about minutes, and bringing it there: letters by mail, messages to chat groups.

``for_all``, ``for_owner`` and ``for_reminder`` say what is told; ``as_letter`` and ``as_chat`` give it a form, which
is what a preview shows; ``send_mail`` and ``send_chat`` bring that very value to a place and tell the answer. Nothing
is remembered here: ``key`` names "this, to this place" for a caller that keeps records.
"""

from pipeline.sending.answer import Answer, Outcome
from pipeline.sending.chat import ChatLine, ChatMessage, as_chat
from pipeline.sending.compose import for_all, for_owner, for_reminder
from pipeline.sending.items import SOON_DAYS, OpenItem, owners
from pipeline.sending.key import key
from pipeline.sending.letter import Attachment, Letter, as_letter
from pipeline.sending.notice import Kind, Notice
from pipeline.sending.place import Channel, Place, chat_services, place_of, shown
from pipeline.sending.robot import Service
from pipeline.sending.to_chat import send_chat
from pipeline.sending.to_mail import send_mail

__all__ = [
    "SOON_DAYS",
    "Answer",
    "Attachment",
    "Channel",
    "ChatLine",
    "ChatMessage",
    "Kind",
    "Letter",
    "Notice",
    "OpenItem",
    "Outcome",
    "Place",
    "Service",
    "as_chat",
    "as_letter",
    "chat_services",
    "for_all",
    "for_owner",
    "for_reminder",
    "key",
    "owners",
    "place_of",
    "send_chat",
    "send_mail",
    "shown",
]

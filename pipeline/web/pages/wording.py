"""The pages' words in Chinese and English: English stands in the templates, Chinese in a gettext catalogue."""

from collections.abc import Mapping, Sequence
from functools import cache
from io import StringIO
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.pofile import read_po
from starlette.requests import Request

from pipeline.transcript import Language

LOCALES = Path(__file__).parents[1] / "locale"
LANGUAGE_COOKIE = "lihui_language"
_LOCALE = {"zh": Locale("zh", "CN"), "en": Locale("en", "GB")}


def language_of(request: Request) -> Language:
    """The language somebody chose, else the one their browser asks for, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("zh", "en"):
        return chosen
    wanted = [
        part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")
    ]
    found = negotiate_locale([tag.replace("-", "_") for tag in wanted if tag], ["zh", "en"], sep="_")
    return "zh" if found == "zh" else "en"


def locale_of(language: Language) -> Locale:
    """How days and numbers are written."""
    return _LOCALE[language]


class Wording:
    """What gettext needs: a phrase in one language.

    Args:
        language: Of the pages.
    """

    def __init__(self, language: Language) -> None:
        self._phrases: Mapping[str, str] = _catalogue() if language == "zh" else {}

    def gettext(self, phrase: str) -> str:
        """The phrase in the language; in English, and where there is none, as it stands."""
        return self._phrases.get(phrase, phrase)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The phrase for a number of things; Chinese has one form."""
        return self._phrases.get(one, one if number == 1 else many)


@cache
def _catalogue() -> Mapping[str, str]:
    """Chinese by English, read from the catalogue that translators edit: there is nothing to compile."""
    text = (LOCALES / "zh" / "LC_MESSAGES" / "lihui.po").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for message in read_po(StringIO(text), locale="zh"):
        english, chinese = _first(message.id), _first(message.string)
        if english and chinese:
            found[english] = chinese
    return found


def _first(forms: str | Sequence[str] | None) -> str:
    """A phrase, or the first form of one that counts."""
    return forms if isinstance(forms, str) else forms[0] if forms else ""

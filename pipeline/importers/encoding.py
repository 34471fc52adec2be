"""From bytes to text: UTF-8, UTF-16 and GB18030, told apart without being told."""

import codecs
import re

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# "\r\r\n" is what a file becomes that was carried over in text mode twice.
_LINE_END = re.compile("\r*\n|\r|\u2028|\u2029|\x85")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_USUAL = re.compile("[\t\n\r -~\u00a0-\u024f\u2000-\u206f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# A byte pair of GB18030, and the part of them that ordinary text is made of (GB2312).
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")


def decode(content: bytes) -> str | None:
    """Text of the bytes, its lines ended by line feeds; None when it is in no known encoding."""
    text = _marked(content) if content.startswith(tuple(mark for mark, _ in _MARKED)) else _unmarked(content)
    if text is None or _CONTROL.search(text):
        return None
    return _LINE_END.sub("\n", text)


def _marked(content: bytes) -> str | None:
    encoding = next(name for mark, name in _MARKED if content.startswith(mark))
    return _strict(content, encoding)


def _unmarked(content: bytes) -> str | None:
    text = _strict(content, "utf-8")
    if text is not None and "\x00" not in text:
        return text
    # Without a mark: every line end, space and digit of UTF-16 has a zero byte, which no other text has.
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strict(content, encoding) if b"\x00" in content else None
        if text is not None and _usual_share(text) >= 0.95:
            return text
    # Nearly any bytes "are" GB18030; only text made of its common characters is believed. This keeps
    # Windows-1252, Shift-JIS and Big5 from turning into Chinese nobody said.
    pairs = _PAIR.findall(content)
    common = sum(1 for pair in pairs if _COMMON_PAIR.match(pair))
    return _strict(content, "gb18030") if pairs and common >= 0.9 * len(pairs) else None


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _usual_share(text: str) -> float:
    return len(_USUAL.findall(text)) / max(len(text), 1)

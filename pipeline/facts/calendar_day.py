"""One calendar day as people write it in a flag or a file."""

import re
import unicodedata
from datetime import date

from pipeline.errors import DateError

_DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))")


def parse_date(text: str) -> date:
    """The day of ``2026-03-02``, ``2026/3/2``, ``2026.3.2``, ``20260302`` or ``2026年3月2日``.

    Raises:
        DateError: It is none of these, or there is no such day.
    """
    found = _DAY.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    try:
        if found:
            year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
            return date(year, month, day)
    except ValueError:
        pass
    raise DateError(f'"{" ".join(text.split())[:40]}" is not a calendar date; write it as 2026-03-02.')

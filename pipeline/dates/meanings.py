"""The tokens of one phrase -> what it means: a builder for every rule of ``grammar.toml``."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from pipeline.dates.spans import (
    After,
    Day,
    EdgeName,
    Festival,
    MonthDay,
    NextMeeting,
    NthDay,
    Offset,
    Period,
    Rhythm,
    SameDay,
    Span,
    Unit,
    Weekday,
    Weekend,
)
from pipeline.dates.tokens import Token, Value


class Words:
    """The tokens of one phrase by kind: the values that a builder asks for."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.kinds = [token.kind for token in tokens]

    def get(self, kind: str, which: int = 0) -> Value | None:
        """Value of the first (or another) token of a kind; None where there is none."""
        values = [token.value for token in self.tokens if token.kind == kind]
        return values[which] if values else None

    def number(self, kind: str, which: int = 0) -> int | None:
        """The same, of a kind whose values are numbers."""
        value = self.get(kind, which)
        return value if isinstance(value, int) else None

    def unit(self, which: int = 0) -> Unit | None:
        """The same, of a unit of time."""
        return cast("Unit | None", self.get("unit", which))


Built = tuple[Span, bool] | None


def _nth(words: Words) -> Built:
    n = words.number("nth")
    if n is None:
        n = -1 if words.get("shift") == -1 else None
    shifts = [t.value for t in words.tokens if t.kind == "shift"]
    unit = next((u for t in words.tokens if t.kind == "unit" and (u := t.value) != "workday"), None)
    weekday = words.number("weekday")
    if n is None or (weekday is None and "workday" not in [t.value for t in words.tokens]):
        return None
    month = words.number("month")
    if month is not None:
        return NthDay(n, weekday, Period("month", index=month, year=words.number("year"))), False
    if unit not in ("month", "quarter", "year"):
        return None
    shift = shifts[-1] if shifts and not (shifts == [-1] and words.kinds.index("shift") == 0) else 0
    return NthDay(n, weekday, Period(cast(Unit, unit), shift=cast(int, shift))), False


def _weekday(words: Words) -> Built:
    day = words.number("weekday")
    if day is None:
        return None
    after_next, shift = words.number("after_next"), words.number("shift")
    if after_next is not None:
        return Weekday(day, 2), False
    unit = words.unit()
    if shift is None and unit in ("week", "fortnight"):  # "Friday week"
        return Offset(1, unit, Weekday(day)), False
    if unit not in (None, "week"):
        return None
    if shift == 9:
        return Weekday(day), False
    return Weekday(day, shift, strict=unit is not None), False


def _offset(words: Words) -> Built:
    count, unit = words.number("number"), words.unit()
    if (days := words.number("same_day")) is not None:  # "the day before Christmas"
        anchor = _anchor(Words(tuple(token for token in words.tokens if token.kind != "same_day")))
        return None if anchor is None else (Offset(days, "day", anchor) if days else anchor, False)
    if unit is None:
        return None
    count = 1 if count is None else count
    if "after" in words.kinds and "weekday" in words.kinds:  # 两周后的周三
        day = words.number("weekday") or 0
        return (
            (Weekday(day, count * 2 if unit == "fortnight" else count), False)
            if unit in ("week", "fortnight")
            else None
        )
    marker = next((t for t in words.tokens if t.kind in ("by", "from", "before", "to")), None)
    if marker is None:
        return None
    at = words.tokens.index(marker)
    around = words.tokens[:at] if marker.kind == "before" else words.tokens[at + 1 :]
    if marker.kind == "by" and marker.value == "by":
        return None
    anchor = _anchor(Words(around))
    sign = -1 if marker.kind == "before" or marker.value == "before" else 1
    return None if anchor is None else (Offset(sign * count, unit, anchor), False)


def _anchor(words: Words) -> Span | None:
    if "weekday" in words.kinds:
        built = _weekday(words)
        return built[0] if built else None
    if (day := words.number("day")) is not None or (day := words.number("today")) is not None:
        return Day(day)
    if (festival := words.get("festival")) is not None:
        return Festival(str(festival), before=False)
    built = _month_day(words)
    return built[0] if built else None


def _month_day(words: Words) -> Built:
    day = words.number("ordinal", -1)
    if day is None:
        day = words.number("number", -1)
    if day is None or not 1 <= day <= 31:
        return None
    year = words.number("year")
    relative = year is not None and abs(year) < 10
    shift = words.number("shift")
    if shift == 9 or (shift is not None and words.unit() != "month"):
        return None
    month = words.number("month")
    span = MonthDay(
        day, month, shift, None if relative else year, year if relative else None, words.number("weekday")
    )
    return span, False


def _date(words: Words) -> Built:
    value = words.get("date") or words.get("dotted")
    if not isinstance(value, tuple):
        return None
    weekday = words.number("weekday")
    if len(value) == 3 and value[0] >= 1900:
        year, month, day = value
    elif len(value) == 3:
        month, day, year = value
        year += 2000 if year < 100 else 0
    else:
        (month, day), year = value, None
    if month > 12 >= day:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return MonthDay(day, month, None, year, None, weekday), "dotted" in words.kinds


def _edge(words: Words) -> Built:
    if (unit := words.get("month_end")) is not None:
        return Period(cast(Unit, unit), "end", shift=0), False
    edge = cast("EdgeName | None", words.get("edge") or words.get("third") or words.get("edge_of"))
    if "inside" in words.kinds:
        edge = "whole"
    base = (Period("month"), False) if words.kinds == ["third"] else _period(words)
    if edge is None or base is None or not isinstance(base[0], Period):
        return None
    if base[0].unit in ("day", "workday", "hour", "minute", "fortnight"):
        return None
    if base[0].unit == "week" and "shift" not in words.kinds and edge in ("early", "second_third"):
        return None
    return replace(base[0], edge=edge), False


def _period(words: Words) -> Built:
    year, shift = words.number("year"), words.number("shift")
    relative = year is not None and abs(year) < 10
    absolute, year_shift = (None, year) if relative else (year, None)
    if (month := words.number("month")) is not None:
        if shift is not None:
            year_shift = None if shift not in (-1, 1) else shift
        return Period("month", index=month, year=absolute, year_shift=year_shift), True
    for kind in ("quarter", "half"):
        if (index := words.number(kind)) is not None:
            return Period(cast(Unit, kind), index=index, year=absolute, year_shift=year_shift), True
    unit = words.unit()
    if (after_next := words.number("after_next")) is not None:
        return (Period(unit, shift=after_next), True) if unit in ("week", "month") else None
    if unit is not None and (year is None or unit != "month"):
        if unit == "workday":
            return (After(1, "workday"), False) if shift in (1, 9) else None
        if unit in ("day", "hour", "minute"):
            return None
        if year is not None:
            return Period("year", year=absolute, year_shift=year_shift), True
        return Period(unit, shift=1 if shift == 9 else shift), True
    if year is not None:
        return Period("year", year=absolute, year_shift=year_shift), True
    return None


def _duration(words: Words) -> Built:
    if (said := words.get("span")) is not None:
        count, unit = str(said).split()
        return After(int(count), cast(Unit, unit), exact=len(words.kinds) > 1), False
    unit = words.unit() if "unit" in words.kinds else "day"
    count = words.number("number", -1)
    if unit is None or count is None or (unit == "year" and count > 50):
        return None
    return After(count, unit, exact=_is_due(words)), False


def _is_due(words: Words) -> bool:
    return bool({"inside", "after", "within", "from_now", "give", "by"} & set(words.kinds))


def _past(words: Words) -> Built:
    count, unit = words.number("number", -1), words.unit()
    if "weekdays" in words.kinds or "weekday" in words.kinds:
        return Day(-1), False
    return (After(-(count or 1), unit or "day"), False) if unit or "span" in words.kinds else None


def _day(words: Words) -> Built:
    offset = words.number("day")
    return (Day(0), True) if offset is None else (Day(offset), False)


def _weekend(words: Words) -> Built:
    shift = words.number("shift")
    return Weekend(0 if shift in (None, 9) else shift), shift is None and words.tokens[-1].value == 1


def _festival(words: Words) -> Built:
    year = words.number("year")
    relative = year is not None and abs(year) < 10
    name = str(words.get("festival"))
    if words.number("same_day") not in (None, 0):
        return None
    return Festival(name, False, None if relative else year, year if relative else None), True


def _meeting(words: Words) -> Built:
    rhythm = words.get("meeting")
    return NextMeeting(cast("Rhythm", rhythm)), False


def _same_day(words: Words) -> Built:
    return SameDay(words.number("same_day") or 0), False


def _hour(words: Words) -> Built:
    return None if words.get("time") == 1 else (Day(0), True)


def _close(_: Words) -> Built:
    return Day(0), False


BUILDERS: dict[str, Callable[[Words], Built]] = {
    "past": _past,
    "nth": _nth,
    "offset": _offset,
    "dated": _date,
    "month_day": _month_day,
    "weekday": _weekday,
    "duration": _duration,
    "edge": _edge,
    "weekend": _weekend,
    "day": _day,
    "festival": _festival,
    "meeting": _meeting,
    "same": _same_day,
    "period": _period,
    "bare": _duration,
    "close": _close,
    "hour": _hour,
}

"""Deadlines a second and how many are right, beside the libraries one would otherwise take.

`python -m eval.bench_dates` gives every parser the heard phrase of every dated line of `eval/dates` (the
others find none in talk; ours is timed on whole utterances too) and ends with one JSON line of figures.
jionlp, dateparser and recognizers-text-suite are not required: one that is missing is skipped.
"""

import contextlib
import importlib
import io
import json
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from eval.dates.score import Counts, Line, count, ours, read_lines

Parser = Callable[[Line], date | None]
_SECONDS = 2.0


def rate(parser: Parser, lines: tuple[Line, ...]) -> float:
    """Answers a second, over whole rounds of the lines for about two seconds."""
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < _SECONDS:
        for line in lines:
            parser(line)
        done += len(lines)
    return done / spent


def accuracy(parser: Parser, lines: tuple[Line, ...]) -> Counts:
    """Right and wrong answers."""
    return sum((count(line, parser(line)) for line in lines), Counts())


def jionlp() -> Parser | None:
    """The Chinese time parser of jionlp; the end of a span counts."""
    library = _library("jionlp")
    if library is None:
        return None

    def parse(line: Line) -> date | None:
        base = {"year": line.held_on.year, "month": line.held_on.month, "day": line.held_on.day}
        try:
            end = str(library.parse_time(line.text, time_base=base)["time"][-1])[:10]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            return None
        return _iso(end)

    return parse


def dateparser() -> Parser | None:
    """Dateparser with the meeting as its base, preferring the future."""
    library = _library("dateparser")
    if library is None:
        return None

    def parse(line: Line) -> date | None:
        base = datetime.combine(line.held_on, datetime.min.time())
        settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future"}
        found = library.parse(line.text, languages=[line.language], settings=settings)
        return None if found is None else cast(datetime, found).date()

    return parse


def recognizers() -> Parser | None:
    """Microsoft's recognizers-text: the last date found, the end of a range, the future one of two."""
    library = _library("recognizers_date_time")
    if library is None:
        return None

    def parse(line: Line) -> date | None:
        culture = library.Culture.Chinese if line.language == "zh" else library.Culture.English
        base = datetime.combine(line.held_on, datetime.min.time())
        try:
            found = library.recognize_datetime(line.text, culture, reference=base)
            value = found[-1].resolution["values"][-1]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
            return None
        return _iso(str(value.get("end") or value.get("value") or "")[:10])

    return parse


def _library(name: str) -> Any | None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # one of them greets
            return importlib.import_module(name)
    except ImportError as missing:
        print(f"{name}: skipped ({missing})")  # noqa: T201
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def main() -> None:
    """Print one row for every parser and language, then the figures as JSON."""
    lines = read_lines()
    phrases = tuple(
        line.model_copy(update={"text": line.phrase}) for line in lines if line.phrase and line.on
    )
    rivals = {"jionlp": jionlp(), "dateparser": dateparser(), "recognizers-text": recognizers()}
    parsers = {"lihui": ours} | {name: parser for name, parser in rivals.items() if parser is not None}
    rates: dict[str, float] = {}
    for name, parser in parsers.items():
        for language in ("zh", "en"):
            if name == "jionlp" and language == "en":
                continue
            of_language = tuple(line for line in phrases if line.language == language)
            counts = accuracy(parser, of_language)
            rates[f"{name} {language}"] = rate(parser, of_language)
            wrong = (counts.dated - counts.dated_right) / counts.lines
            print(  # noqa: T201
                f"{name:18} {language}  exact {counts.accuracy:.2f}  wrong date {wrong:.2f}  "
                f"{rates[f'{name} {language}']:9.0f} phrases/s"
            )
    figures: dict[str, object] = {
        "phrases": len(phrases),
        "phrases_per_second": round(rate(ours, phrases)),
        "utterances_per_second": round(rate(ours, lines)),
        "times_faster": {
            key: round(rates[f"lihui {key.split()[-1]}"] / value, 1)
            for key, value in rates.items()
            if not key.startswith("lihui")
        },
    }
    print(json.dumps(figures))  # noqa: T201


if __name__ == "__main__":
    main()

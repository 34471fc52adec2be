"""Date words in a row -> phrases: both languages by one small grammar, ``grammar.toml``.

Every kind of token is one character, so that a rule over kinds is a regular expression over a string as short
as the utterance has date words. Every repetition is bounded: the time grows with the text and no faster.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import cast

from pipeline.dates.meanings import BUILDERS, Words
from pipeline.dates.spans import After, Festival, Period, Span
from pipeline.dates.tokens import Folded, Token, tokenize

_KINDS = (
    "day today weekday weekdays shift after_next unit span month year edge third edge_of month_end "
    "quarter half weekend meeting same_day time close before closing inside after by within give from from_now "
    "ago to of article event suffix number ordinal nth festival date dotted comma gap "
)
_CODES = {kind: chr(0x100 + i) for i, kind in enumerate(_KINDS.split())}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that could be a deadline.

    Attributes:
        start: First character in the folded text, markers included.
        end: One past the last.
        core: Where the date itself ends; what follows may make it a period ("周五的数据").
        span: What it means.
        lead: The marker said before it ("by", "before", "on", "from"), "" without one.
        tail: The marker said after it ("before" for 前, "inside" for 内, "after" for 后), "" without one.
        weak: A word that is a deadline only beside words of future work ("this week", "March", "下午").
        ranged: The end of a range: "from" begins it, and is no start of something.
    """

    start: int
    end: int
    core: int
    span: Span
    lead: str = ""
    tail: str = ""
    weak: bool = False
    ranged: bool = False

    @property
    def marked(self) -> bool:
        """Whether the words say that it is a deadline ("by", "前", "within")."""
        return self.tail in ("before", "inside") or self.lead in ("by", "before")


def find_phrases(folded: Folded) -> tuple[Candidate, ...]:
    """Everything in an utterance that could be a deadline, in order and without overlap."""
    tokens = tokenize(folded)
    if not tokens:
        return ()
    rows, codes = _encode(folded.text, tokens)
    found: list[Candidate] = []
    position = 0
    while (match := _grammar().search(codes, position)) is not None:
        candidate = _candidate(match, rows)
        # A phrase that makes no sense as a whole may still hold one that does.
        position = match.end() if candidate is not None else match.start() + 1
        if candidate is not None:
            found.append(candidate)
    return tuple(found)


def _encode(text: str, tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], str]:
    rows: list[Token] = []
    last = tokens[0].start
    for token in tokens:
        if token.start > last and text[last : token.start].strip(" -"):
            rows.append(Token("gap", 0, last, token.start))
        rows.append(token)
        last = token.end
    return tuple(rows), "".join([_CODES[row.kind] for row in rows])


def _candidate(match: re.Match[str], rows: tuple[Token, ...]) -> Candidate | None:
    name = cast(str, match.lastgroup)
    begin, (first, last) = match.start(), match.span(name)
    while name == "bare" and first > begin and rows[first - 1].kind in ("within", "give", "article"):
        first -= 1  # "in three days" is a date where "three days" is none
        begin = first if rows[first].kind == "within" else begin
    while begin < first and rows[begin].kind in ("of", "article", "give"):
        begin += 1
    built = BUILDERS[name](Words(rows[first:last]))
    if built is None:
        return None
    span, weak = built
    said = {row.kind for row in rows[begin : match.end()]}
    lead = _lead_marker(rows[begin:first])
    tail = _tail_marker(name, span, rows[begin : match.end()], rows[last : match.end()])
    timed = "same_day" in said or any(row.kind == "time" for row in rows[last : match.end()])
    return Candidate(
        start=rows[begin].start,
        end=rows[match.end() - 1].end,
        core=rows[last - 1].end,
        span=span if timed else _marked(span, lead, tail),  # "before noon on Christmas Eve" is that day
        lead=lead,
        tail=tail,
        weak=weak and "close" not in said,
        ranged="to" in {row.kind for row in rows[first:last]},
    )


def _lead_marker(rows: tuple[Token, ...]) -> str:
    markers = [str(row.value) for row in rows if row.kind == "by"]
    return next((m for m in markers if m in ("by", "before")), markers[0] if markers else "")


def _tail_marker(name: str, span: Span, rows: tuple[Token, ...], after: tuple[Token, ...]) -> str:
    said = next((row.kind for row in after if row.kind in ("before", "inside", "after")), "")
    if said:
        return said
    if any(row.kind == "closing" for row in after):
        return "inside"
    within = any(row.kind == "inside" or row.value == "inside" for row in rows)
    if within or name == "duration" or (isinstance(span, After) and span.exact):
        return "inside"
    return "before" if name == "close" else ""


def _marked(span: Span, lead: str, tail: str) -> Span:
    """What "before" does: "before April" ends before April begins; "before the 15th" includes the 15th."""
    before = "before" in (lead, tail)
    if isinstance(span, Period) and span.edge == "whole" and before and span.unit != "year":
        return replace(span, edge="before")
    if isinstance(span, Period) and span.edge == "whole" and before and (span.year_shift or span.year):
        return replace(span, edge="before")
    if isinstance(span, Festival) and (before or lead == "by"):
        return replace(span, before=True)
    return span


@cache
def _grammar() -> re.Pattern[str]:
    tables = tomllib.loads((resources.files("pipeline.dates") / "grammar.toml").read_text("utf-8"))
    named = {name: "(" + "|".join(tables[name]) + ")" for name in ("ANCHOR", "WHEN")}

    def coded(rule: str) -> str:
        whole = re.sub("ANCHOR|WHEN", lambda name: named[name[0]], rule)
        characters = re.sub("[a-z_]+", lambda kind: _CODES[kind[0]], whole).replace(" ", "")
        return re.sub(r"\((?!\?)", "(?:", characters)

    rules = cast("dict[str, list[str]]", tables["rules"])
    cores = "|".join(f"(?P<{name}>{coded('|'.join(lines))})" for name, lines in rules.items())
    # The lead and the tail stay unnamed, so that lastgroup is the rule.
    return re.compile(f"{coded(tables['lead'])}(?:{cores}){coded(tables['tail'])}")

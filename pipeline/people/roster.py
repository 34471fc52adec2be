"""Who is meant: from the words that were said to somebody on the roster, or to nobody with the reason."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.meeting import Participant
from pipeline.people.departments import Departments
from pipeline.people.forms import Form, forms_of
from pipeline.people.lexicon import longest_first, sentence, words
from pipeline.people.mention import Mention, apart
from pipeline.people.misheard import Misheard
from pipeline.transcript import Language


@dataclass(frozen=True)
class Match:
    """What a phrase resolves to: a participant (with their department), a department alone, or neither."""

    name: str | None
    department: str | None
    reason: str


@dataclass(frozen=True)
class _Called:
    """Who answers to a form, and what kind of form it is to them."""

    people: tuple[str, ...]
    form: Form


class Roster:
    """The people of a meeting and everything they may be called.

    Args:
        participants: With names that differ.
        language: Of the reasons; forms of both languages are always known.
    """

    def __init__(self, participants: Iterable[Participant], language: Language = "zh") -> None:
        self.participants = tuple(participants)
        self.language: Language = language
        self._by_name = {person.name: person for person in self.participants}
        self._called = dict(_called(self.participants))
        self._departments = Departments([p.department for p in self.participants if p.department])
        self._pattern = _alternation(self._called)
        self._misheard = Misheard((called.form, called.people) for called in self._called.values())

    def person(self, name: str) -> Participant | None:
        """The participant of that very name."""
        return self._by_name.get(name)

    def department_of(self, name: str | None) -> str | None:
        """The department of the participant; None where the roster does not say."""
        person = self._by_name.get(name or "")
        return person.department if person else None

    def resolve(self, phrase: str) -> Match:
        """Who a phrase means, when the phrase is nothing but the words that name somebody."""
        said = phrase.strip(" \t\n，,。.？?！!：:“”\"'")
        if (called := self._called.get(_key(said))) is not None:
            return self._match(Mention(0, len(said), said, called.people, called.form.how))
        if (department := self._departments.named(said)) is not None:
            return self._match(Mention(0, len(said), said, (department,), "department"))
        # Called by itself, a misheard name needs no words around it to show that it is a name.
        if (people := self._misheard.whole(said)) is not None:
            return self._match(Mention(0, len(said), said, people, "sound"))
        mentions = self.mentions(said)
        if not mentions:
            return Match(None, None, sentence(self.language, "unknown", phrase=said))
        return self._match(mentions[0])

    def _match(self, mention: Mention) -> Match:
        reason = self.reason(mention)
        if mention.name is None:
            return Match(None, None, reason)
        if mention.how == "department":
            return Match(None, mention.name, reason)
        return Match(mention.name, self.department_of(mention.name), reason)

    def reason(self, mention: Mention) -> str:
        """Why the mention means whom it means, as one sentence."""
        if mention.name is None:
            joint = "、" if self.language == "zh" else " or "
            names = joint.join(mention.names)
            return sentence(self.language, "ambiguous", phrase=mention.phrase, names=names)
        return sentence(self.language, mention.how, phrase=mention.phrase, name=mention.name)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """All spoken forms in a text, in order, not overlapping; the longer one of two at one place."""
        found = [*self._spelled(text), *self._departments.mentions(text)]
        kept = apart(found)
        taken = [(m.start, m.end) for m in kept]
        misheard = self._misheard.find(text, taken)
        heard = (Mention(s, e, text[s:e], who, "sound") for s, e, who in misheard)
        return tuple(apart(self._completed(m, text) for m in apart([*kept, *heard])))

    def _spelled(self, text: str) -> Iterator[Mention]:
        for hit in self._pattern.finditer(text):
            called = self._called[_key(hit[0])]
            if not (called.form.capital and not _written_as_name(text, hit.start(), hit.end())):
                how = called.form.how
                yield Mention(hit.start(), hit.end(), hit[0], called.people, how)

    def _completed(self, mention: Mention, text: str) -> Mention:
        """With the words beside it that belong to it: "那边", a department that tells two Chrises apart."""
        around = _AROUND.match(text, mention.end)
        if around:
            mention = replace(mention, end=around.end(), phrase=text[mention.start : around.end()])
        if len(mention.names) < 2:
            return mention
        department = self._departments.beside(text, mention.start, mention.end)
        of_it = tuple(n for n in mention.names if department and self.department_of(n) == department[0])
        if len(of_it) != 1 or department is None:
            return mention
        start, end = min(mention.start, department[1]), max(mention.end, department[2])
        return replace(mention, start=start, end=end, phrase=text[start:end], names=of_it)


def _called(participants: tuple[Participant, ...]) -> Iterator[tuple[str, _Called]]:
    everything = [(_key(form.text), form, p.name) for p in participants for form in forms_of(p) if form.text]
    everything.sort(key=lambda entry: (entry[0], entry[1].rank))
    common = words("names_zh", "common")
    for key, entries in groupby(everything, key=lambda entry: entry[0]):
        forms = list(entries)
        best = forms[0][1]
        people = tuple(dict.fromkeys(name for _, form, name in forms if form.rank == best.rank))
        # Sharing a title names nobody, and a word of every day is a name only where the roster says so.
        if (best.how == "title" and len(people) > 1) or (key in common and best.rank > 1):
            continue
        yield key, _Called(people, best)


def _alternation(keys: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(keys, key=lambda key: (-len(key), key))
    if not longest:
        return re.compile(r"(?!)")
    return re.compile("|".join(map(_bounded, longest)), re.IGNORECASE)


def _bounded(key: str) -> str:
    escaped = re.escape(key).replace(r"\ ", r"\s+")
    before = r"(?<![A-Za-z0-9])" if key[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if key[-1].isascii() and key[-1].isalnum() else ""
    return before + escaped + after


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _written_as_name(text: str, start: int, end: int) -> bool:
    """Whether a name that is also a word is meant as the name: "Will, can you", not "Will you" or "will"."""
    if not text[start].isupper():
        return False
    before = text[:start].rstrip()
    if re.search(
        r"(?:^|[\s(])(?:in|by|since|until|till|from|early|late|mid|end of|last|next)$", before, re.I
    ):
        return not re.match(r"(?:april|may|june|august)$", text[start:end], re.I)
    if re.match(r"\s+\d", text[end:]):
        return False
    opens = not before or before[-1] in ".?!:;…"
    called = r"(?:'ll|'s|,|\?|[.!]|\s+(?:will|can|could|would|is|you)\b|\s*$)"
    return not opens or re.match(called, text[end:]) is not None


_AROUND = re.compile("(?:" + "|".join(longest_first("names_zh", "around")) + ")")

"""Finds names in a text that were written down by their sound."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pipeline.people.forms import Form, is_chinese, split_chinese
from pipeline.people.lexicon import words
from pipeline.people.sound import phonetic_key, sounds_like, syllables

_CAPITALISED = re.compile(r"(?<![\w’'])[A-Z][a-z][\w]*(?:-[A-Z]\w+)?")
# A short form is taken for a name only where somebody is called or given work.
_CALLED_BEFORE = re.compile("(?:^|[，。！？、,.!?\\s那请让叫由找给麻])$")
_CALLED_AFTER = re.compile("^(?:[，,、：:？?！!]|你|您|那边|这边|来|先|去|牵头|负责|跟一下|也)")
_OPENS = re.compile(r"(?:^|[.?!:;]\s*|[.?!]\s+)$")
_CALLED_ON = re.compile(r"[,?!.]|'ll| (?:will|can|could)\b")

Heard = tuple[int, int, tuple[str, ...]]


class Misheard:
    """Index of forms by their sound, for one pass over a text.

    Args:
        called: Forms with the people they mean.
    """

    def __init__(self, called: Iterable[tuple[Form, tuple[str, ...]]]) -> None:
        self._chinese: dict[tuple[str, ...], list[tuple[Form, tuple[str, ...]]]] = defaultdict(list)
        self._english: dict[str, list[tuple[Form, tuple[str, ...]]]] = defaultdict(list)
        for form, people in called:
            if form.how == "title" or len(people) > 1:
                continue
            if is_chinese(form.text) and 2 <= len(form.text) <= 4 and form.rank <= 4:
                self._chinese[syllables(form.text)].append((form, people))
            elif form.text.isascii() and " " not in form.text and len(form.text) > 2:
                self._english[phonetic_key(form.text)].append((form, people))
        self._lengths = sorted({len(key) for key in self._chinese}, reverse=True)
        self._starts = {key[0] for key in self._chinese}
        self._common = words("names_zh", "common")
        self._not_names = words("names_en", "not_names")
        self._common_english = words("names_en", "common")

    def find(self, text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Heard]:
        """Misheard names outside the stretches that are taken: first and last place, who is meant."""
        free = [True] * len(text)
        for start, end in taken:
            free[start:end] = [False] * (end - start)
        yield from self._in_chinese(text, free)
        yield from self._in_english(text, free)

    def whole(self, phrase: str) -> tuple[str, ...] | None:
        """Who a phrase means that is a misheard form and nothing else."""
        key = syllables(phrase) if is_chinese(phrase) else ()
        same = self._chinese.get(key, ()) if key else self._english.get(phonetic_key(phrase), ())
        people = {who for form, who in same if sounds_like(phrase, form.text)}
        return people.pop() if len(people) == 1 else None

    def _in_chinese(self, text: str, free: list[bool]) -> Iterator[Heard]:
        if not self._starts or not is_chinese(text):
            return
        sounds = syllables(text)
        place = 0
        while place < len(text):
            found = self._at(text, sounds, free, place) if sounds[place] in self._starts else None
            if found is not None:
                yield found
            place = found[1] if found else place + 1

    def _at(self, text: str, sounds: tuple[str, ...], free: list[bool], place: int) -> Heard | None:
        for length in self._lengths:
            end = place + length
            if not all(free[place:end]):
                continue
            for form, people in self._chinese.get(sounds[place:end], ()):
                heard = text[place:end]
                if len(heard) == length and sounds_like(heard, form.text) and heard not in self._common:
                    called = _CALLED_BEFORE.search(text[:place]) and _CALLED_AFTER.search(text[end:])
                    if called or self._sure(heard, form):
                        return place, end, people
        return None

    def _sure(self, heard: str, form: Form) -> bool:
        """Whether so much of a full name is there that it needs no words around it to show it is one."""
        if form.how != "name":
            return False
        family, given = split_chinese(form.text)
        if heard.startswith(family):
            return True
        # Another family name of the same sound ("江文" for 蒋文).
        return heard.endswith(given) and heard.removesuffix(given) in words("names_zh", "surnames")

    def _in_english(self, text: str, free: list[bool]) -> Iterator[Heard]:
        for hit in _CAPITALISED.finditer(text):
            heard = hit[0]
            if len(heard) < 3 or heard in self._not_names or not all(free[hit.start() : hit.end()]):
                continue
            if _OPENS.search(text[: hit.start()]) and not _CALLED_ON.match(text, hit.end()):
                continue
            same = self._english.get(phonetic_key(heard), ())
            people = {who for form, who in same if sounds_like(heard, form.text)}
            if len(people) == 1 and heard.casefold() not in self._common_english:
                yield hit.start(), hit.end(), people.pop()

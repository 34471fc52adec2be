"""The words of an item: those clauses around its utterances that a careful secretary would write down."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pipeline.meeting import Participant
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Clause, Line
from pipeline.scribes.rules.words import words_of, written
from pipeline.transcript import Language

BEFORE = 2
"""Utterances before an item in which its subject may have been named."""

EXPECTED_LENGTH = {"zh": 12.0, "en": 8.0}
"""Length of the text to be written, in characters (zh) or words (en): longer ones dilute."""

LEAST_CHANCE = {"zh": 0.10, "en": 0.20}
"""Words less likely than this to be written down are left out of a clause."""

LONGEST_SUBJECT = {"zh": 16.0, "en": 8.0}
"""Length up to which a clause said before an item is taken for its subject."""

REACH_OF_NOT = 3
"""Words before the first one written down among which a negation belongs to it."""

MOST_CLAUSES = 3
LEAST_GAIN = 0.01


@dataclass(frozen=True)
class Token:
    """A word of a clause as the model sees it."""

    line: int
    clause: int
    word: str
    features: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """The text of an item.

    Attributes:
        text: Its words, clause by clause.
        lines: Utterances the words were taken from.
        worth: Expected F1 with what a secretary would write, 0 to 1.
    """

    text: str
    lines: tuple[int, ...]
    worth: float


def word(
    lines: Sequence[Line],
    ids: Sequence[int],
    people: Sequence[Participant],
    model: LinearModel,
    taken: Collection[int] = (),
) -> Wording:
    """Chooses the clauses whose words are most likely what a secretary would write about an item.

    Args:
        lines: The whole meeting.
        ids: Utterances of the item.
        people: The roster; names are written in the owner's column, not in the text.
        model: Tells for a word how likely it is written down (class "yes").
        taken: Utterances of other items, in which its subject is not looked for.
    """
    language = lines[0].language
    clauses: dict[tuple[int, int], list[tuple[str, float]]] = {}
    for token in tokens(lines, ids, people):
        if token.line in taken and token.line not in ids:
            continue
        if token.word[0].isalnum():
            chance = model.probability(token.features, "yes")
            clauses.setdefault((token.line, token.clause), []).append((token.word, chance))
    trimmed = {place: _trimmed(words, language) for place, words in clauses.items()}
    clauses = {place: words for place, words in trimmed.items() if words}
    sizes = {place: _size([w for w, _ in words], language) for place, words in clauses.items()}
    own = {p: w for p, w in clauses.items() if p[0] in ids or sizes[p] <= LONGEST_SUBJECT[language]}
    clauses = own or clauses
    chosen: list[tuple[int, int]] = []
    worth = 0.0
    while len(chosen) < MOST_CLAUSES and len(chosen) < len(clauses):
        options = [place for place in clauses if place not in chosen]
        best = max(options, key=lambda place: _worth([*chosen, place], clauses, language))
        gained = _worth([*chosen, best], clauses, language)
        if gained < worth + (LEAST_GAIN if chosen else 0):
            break
        chosen, worth = [*chosen, best], gained
    chosen.sort()
    comma = "，" if language == "zh" else ", "
    text = comma.join(written([w for w, _ in clauses[place]], language) for place in chosen)
    return Wording(text, tuple(sorted({line for line, _ in chosen})), worth)


def _trimmed(words: list[tuple[str, float]], language: Language) -> list[tuple[str, float]]:
    """A clause from its first likely word to its last.

    English keeps what lies between, or it would not read. Chinese minutes are terse: unlikely words go, but never
    one that negates or counts.
    """
    least = LEAST_CHANCE[language]
    likely = [at for at, (_, chance) in enumerate(words) if chance >= least]
    if not likely:
        return []
    # A negation right before the first likely word would turn its meaning round if it were cut off.
    negated = [
        at for at in range(max(0, likely[0] - REACH_OF_NOT), likely[0]) if _negates(words[at][0], language)
    ]
    stretch = words[min([*negated, likely[0]]) : likely[-1] + 1]
    if language == "en":
        return stretch
    kept = phrase("never_dropped", language)
    return [(word, chance) for word, chance in stretch if chance >= least or kept.search(word)]


def _negates(word: str, language: Language) -> bool:
    return bool(phrase("negation", language).search(word))


def _worth(
    places: Sequence[tuple[int, int]],
    clauses: dict[tuple[int, int], list[tuple[str, float]]],
    language: Language,
) -> float:
    """Expected F1 of the clauses' words: twice the expected overlap over both lengths."""
    chances: dict[str, float] = {}
    for place in places:
        for token, chance in clauses[place]:
            chances[token.casefold()] = max(chance, chances.get(token.casefold(), 0.0))
    overlap = sum(chance * _size([token], language) for token, chance in chances.items())
    return 2 * overlap / (_size(list(chances), language) + EXPECTED_LENGTH[language])


def _size(words: Sequence[str], language: Language) -> float:
    """Length in characters (zh) or words (en)."""
    return float(sum(map(len, words)) if language == "zh" else len(words))


def tokens(lines: Sequence[Line], ids: Sequence[int], people: Sequence[Participant]) -> Iterator[Token]:
    """The words of an item's utterances and of the two before it, with their features."""
    first = min(ids)
    around = [*range(max(0, first - BEFORE), first), *sorted(ids)]
    language = lines[0].language
    names = "\n".join(n for p in people for n in (p.name, *p.aliases))
    counts = Counter(w.casefold() for at in around for w, _ in words_of(lines[at].text, language))
    for at in around:
        place = sorted(ids).index(at) if at in ids else at - first
        for index, clause in enumerate(lines[at].clauses):
            common = tuple(_clause_features(lines[at], clause, place, last=at == max(ids)))
            parts = words_of(clause.text, language)
            for position, (text, tag) in enumerate(parts):
                own = _word_features(text, tag, place, counts[text.casefold()], in_names=text in names)
                near = _near_features(parts, position)
                yield Token(at, index, text, (*common, *own, *near))


def _clause_features(line: Line, clause: Clause, place: int, *, last: bool) -> Iterator[str]:
    yield f"place:{min(place, 4)}"
    yield f"last:{last}"
    yield f"asks:{line.is_question}"
    yield f"long:{min(len(clause.text) // (4 if line.language == 'zh' else 15), 6)}"
    for cue in clause.cues:
        yield f"cue:{cue}"
    for cue in line.cues:
        yield f"line:{cue}"


def _word_features(text: str, tag: str, place: int, count: int, *, in_names: bool) -> Iterator[str]:
    folded = text.casefold()
    yield f"w:{folded}"
    yield f"tag:{tag}"
    yield f"tag1:{tag[:1]}"
    yield f"place:{tag[:1]}:{min(max(place, -1), 2)}"
    yield f"size:{min(len(text), 4)}"
    yield f"count:{tag[:1]}:{min(count, 4)}"
    if in_names:
        yield "name"
    if folded.endswith(("ing", "ed", "ly", "tion", "s")):
        yield f"end:{folded[-2:]}"


def _near_features(parts: Sequence[tuple[str, str]], position: int) -> Iterator[str]:
    for offset in (-1, 1):
        at = position + offset
        if 0 <= at < len(parts):
            yield f"w{offset}:{parts[at][0].casefold()}"
            yield f"tag{offset}:{parts[at][1]}"
        else:
            yield f"w{offset}:#"

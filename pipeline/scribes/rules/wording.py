"""The words of an item: those clauses around its utterances that a careful secretary would write down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.meeting import Participant
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.tokens import tokens
from pipeline.scribes.rules.words import written
from pipeline.transcript import Language

EXPECTED_LENGTH = {"zh": 12.0, "en": 8.0}
"""Length of the text to be written, in characters (zh) or words (en): longer ones dilute."""

LEAST_CHANCE = {"zh": 0.10, "en": 0.20}
"""Words less likely than this to be written down are left out of a clause."""

GENEROSITY = 3
"""By how much less likely words are taken for an item of which hardly any word is likely."""

LONGEST_SUBJECT = {"zh": 16.0, "en": 8.0}
"""Length up to which a clause said before an item is taken for its subject."""

REACH_OF_NOT = 3
"""Words before the first one written down among which a negation belongs to it."""

MOST_CLAUSES = 3
LEAST_GAIN = 0.01


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
    *,
    generous: bool = False,
) -> Wording:
    """Chooses the clauses whose words are most likely what a secretary would write about an item.

    Args:
        lines: The whole meeting.
        ids: Utterances of the item.
        people: The roster; names are written in the owner's column, not in the text.
        model: Tells for a word how likely it is written down (class "yes").
        taken: Utterances of other items, in which its subject is not looked for.
        generous: Whether less likely words count too, but of the item's own utterances alone.
    """
    language = lines[0].language
    clauses: dict[tuple[int, int], list[tuple[str, float]]] = {}
    for token in tokens(lines, ids, people):
        if token.line not in ids and (generous or token.line in taken):
            continue
        if token.word[0].isalnum():
            chance = model.probability(token.features, "yes")
            clauses.setdefault((token.line, token.clause), []).append((token.word, chance))
    least = LEAST_CHANCE[language] / (GENEROSITY if generous else 1)
    trimmed = {place: _trimmed(words, least, language) for place, words in clauses.items()}
    clauses = {place: words for place, words in trimmed.items() if _names_something(words, language)}
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


def _trimmed(words: list[tuple[str, float]], least: float, language: Language) -> list[tuple[str, float]]:
    """A clause from its first likely word to its last.

    English keeps what lies between, or it would not read. Chinese minutes are terse: unlikely words go, but never
    one that negates or counts.
    """
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


def _names_something(words: Sequence[tuple[str, float]], language: Language) -> bool:
    """Whether there is more than words like "the" and "that"; every Chinese word that is left names something."""
    if language == "zh":
        return bool(words)
    return any(not phrase("function_word", language).fullmatch(word) for word, _ in words)


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

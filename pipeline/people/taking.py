"""How one turn takes work on: a promise, a yes, an answer to what was asked of nobody by name.

Every rule says whether it applies, and has then changed the talk.
"""

import re
from dataclasses import replace

from pipeline.people.claims import Claim, Heard, Rule, Talk
from pipeline.people.overlap import shared_words
from pipeline.people.turns import Turn


def _promises(talk: Talk, heard: Heard) -> bool:
    turn = heard.turn
    if turn.promise is None or (turn.vacant and not turn.strong) or not _about_this(talk, heard):
        return False
    if turn.speaker is not None:
        strong = turn.takes_over or (turn.strong and not turn.offers)
        talk.claim = Claim(turn.speaker, "took", turn.id, words=turn.promise, strong=strong)
    elif talk.claim is None or talk.claim.owner is None:
        talk.claim = Claim(None, "no_speaker", turn.id)
    return True


def _about_this(talk: Talk, heard: Heard) -> bool:
    """Whether a promise is about this work."""
    claim, turn, proof = talk.claim, heard.turn, heard.proof
    if proof and turn.takes_over:
        return True
    fits = shared_words(talk.task, turn.promise or "")
    if claim is None:
        if not proof and talk.only_vacant:
            return _answers_vacancy(talk, turn)
        return proof or not talk.is_asker(turn) or (turn.strong and bool(talk.refused))
    closer = fits > shared_words(talk.task, claim.words)
    unsure = claim.how == "asked" or (claim.how == "agreed" and not claim.strong)
    if unsure and claim.asker is not None and claim.asker == turn.speaker:
        return proof and closer
    if not proof and claim.how == "answered":
        return fits > 0
    if not proof and (claim.how != "took" or not turn.leads):
        return False
    if claim.how in ("answered", "no_speaker"):
        return proof or not talk.is_asker(turn) or (turn.strong and bool(talk.refused))
    if talk.speaks(claim, turn):
        return claim.how == "asked" and (not claim.department or (turn.strong and not turn.plural))
    if unsure:
        return proof and (
            claim.asker is None or claim.how == "asked" or fits > 0 or (turn.strong and _is_short(turn))
        )
    return proof and not _in_question(turn) and (closer or turn.leads or (turn.strong and not claim.strong))


def _answers_vacancy(talk: Talk, turn: Turn) -> bool:
    """Only "I'll do it" and words of the task answer "somebody must"; other promises are of other work."""
    fits = shared_words(talk.task, turn.promise or "")
    return turn.strong and (turn.takes_over or not talk.is_asker(turn)) and (_is_short(turn) or fits > 0)


def _in_question(turn: Turn) -> bool:
    """Whether the promise is part of a question ("six days I need for it, can it come earlier?")."""
    after = turn.text.partition(turn.promise or "")[2]
    return re.match(r"[^。.!！?？]*[?？]", after) is not None


def _is_short(turn: Turn) -> bool:
    """Whether the promise is no more than "I'll do it"."""
    said = turn.promise or ""
    return len(said) <= 8 or len(said.split()) in range(2, 6)


def _agrees(talk: Talk, heard: Heard) -> bool:
    """The one who was asked says anything but no; "not on Thursday" leaves it open for another."""
    claim, turn = talk.claim, heard.turn
    if claim is None or not talk.answers(turn):
        return False
    yes = turn.accepts or turn.obeys or turn.says_when or (turn.promise is not None and not turn.question)
    if turn.balks:
        talk.claim = replace(claim, strong=False)
    elif claim.department:
        talk.claim = replace(claim, at=turn.id)
    else:
        talk.claim = replace(claim, how="agreed", at=turn.id, strong=yes)
    return True


def _obeys(talk: Talk, heard: Heard) -> bool:
    """What was said as a matter of fact was an order, if somebody else says "will do"."""
    told, turn = talk.claim, heard.turn
    if told is None or told.how != "answered" or not turn.obeys or told.owner == turn.speaker:
        return False
    if told.strong and turn.speaker is not None and not talk.turns[told.at].promise:
        talk.claim = Claim(turn.speaker, "agreed", turn.id, words=turn.text)
    return True


def _wants_somebody(talk: Talk, heard: Heard) -> bool:
    turn = heard.turn
    if not (_open(talk, heard) and turn.vacant and heard.proof):
        return False
    talk.claim, talk.empty, talk.asked_by = None, Claim(None, "vacant", turn.id), turn
    return True


def _says_no(talk: Talk, heard: Heard) -> bool:
    """One of those who were asked without a name."""
    turn = heard.turn
    if not (_open(talk, heard) and _asker_of(talk, turn) and turn.refuses) or turn.speaker is None:
        return False
    talk.refused.add(turn.speaker)
    talk.empty = talk.empty or Claim(None, "refused", turn.id, form=turn.speaker)
    return True


def _says_yes(talk: Talk, heard: Heard) -> bool:
    """Yes, or in the evidence when and how, to what was asked without a name."""
    turn, asker = heard.turn, _asker_of(talk, heard.turn)
    if not _open(talk, heard) or asker is None or asker.vacant or turn.vacant:
        return False
    yes = turn.accepts and (heard.proof or not (turn.question or heard.calls))
    if not yes and not (heard.proof and _tells_how(talk, asker, turn)):
        return False
    talk.claim = Claim(turn.speaker, "agreed", turn.id, words=turn.text, strong=False)
    return True


def _tells_how(talk: Talk, asker: Turn, turn: Turn) -> bool:
    if turn.question:
        # "How many?" is asked back by the one who was asked.
        return asker.asks_you is not None and turn.id == asker.id + 1 and turn.asks_you is None
    if turn.asks_you is not None or turn.demands:
        return False
    # A demand ("must be done by Friday") is no question: repeating it is no answer.
    expected = talk.spoken_to is None or talk.spoken_to == turn.speaker
    return (asker.question or asker.asks_you is not None or not turn.asks) and expected


def _hands_back(talk: Talk, heard: Heard) -> bool:
    """A wish goes back to the one who wishes ("I'd like another session." "Will you book it?")."""
    turn, asker = heard.turn, _asker_of(talk, heard.turn)
    if not _open(talk, heard) or heard.proof or asker is None or turn.asks_you is None or turn.accepts:
        return False
    if asker.asks_you is not None or asker.question:
        return False
    talk.asked_by, talk.spoken_to = turn, asker.speaker
    return True


def _asks_around(talk: Talk, heard: Heard) -> bool:
    turn, before = heard.turn, talk.asked_by
    if not (heard.proof and turn.asks and talk.claim is None):
        return False
    if before is not None and before.speaker == turn.speaker and not (turn.question or turn.demands):
        return True
    talk.asked_by = turn
    return True


def _tells_of_own_work(talk: Talk, heard: Heard) -> bool:
    turn, asker = heard.turn, talk.asked_by
    if not heard.proof or turn.speaker is None or talk.claim is not None or talk.empty is not None:
        return False
    if asker is not None and (turn.speaker == asker.speaker or asker.vacant):
        return False
    if asker is not None and asker.asks_you is not None and talk.spoken_to not in (None, turn.speaker):
        return False
    talk.claim = Claim(turn.speaker, "answered", turn.id, words=turn.text)
    return True


def _open(talk: Talk, heard: Heard) -> bool:
    """Whether nobody holds the work for sure."""
    return talk.claim is None or (talk.claim.how == "answered" and heard.proof)


def _asker_of(talk: Talk, turn: Turn) -> Turn | None:
    """The turn that asked, where somebody else speaks now."""
    asker = talk.asked_by
    return asker if asker is not None and turn.speaker not in (None, asker.speaker) else None


TAKING: tuple[Rule, ...] = (
    _promises,
    _agrees,
    _obeys,
    _wants_somebody,
    _says_no,
    _says_yes,
    _hands_back,
    _asks_around,
    _tells_of_own_work,
)

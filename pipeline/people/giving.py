"""How one turn moves work from one to another: asked, turned down, handed over, asked of nobody by name.

Every rule says whether it applies, and has then changed the talk.
"""

import re

from pipeline.people.calls import Call
from pipeline.people.claims import Claim, Heard, Rule, Talk, asked
from pipeline.people.lexicon import cue
from pipeline.people.overlap import shared_words
from pipeline.people.turns import Turn


def _one_of_them_answers(talk: Talk, heard: Heard) -> bool:
    """Of two Chrises that may be meant, the one who says yes is."""
    claim, turn = talk.claim, heard.turn
    if claim is None or turn.speaker not in claim.among or not (turn.accepts or turn.promise is not None):
        return False
    talk.claim = Claim(turn.speaker, "agreed", turn.id, words=claim.words)
    return True


def _turns_down(talk: Talk, heard: Heard) -> bool:
    claim, turn = talk.claim, heard.turn
    if claim is None or claim.department or not talk.answers(turn):
        return False
    if not turn.refuses or turn.promise is not None:
        return False
    if claim.owner is not None:
        talk.refused.add(claim.owner)
        talk.empty = Claim(None, "refused", turn.id, form=claim.owner)
    # "I can't, Rosa": the name is only the one who asked.
    talk.claim = asked(talk, turn, heard.calls) if _passes_on(heard) else None
    return True


def _hands_on(talk: Talk, heard: Heard) -> bool:
    """Who already had the work says no to it and names another."""
    holds = talk.claim is not None and talk.claim.owner == heard.turn.speaker
    if not (heard.proof and holds and heard.turn.refuses and _passes_on(heard)):
        return False
    talk.claim = asked(talk, heard.turn, heard.calls)
    return True


def _passes_on(heard: Heard) -> bool:
    """Whether who turns work down gives it to somebody in the same breath."""
    return bool(heard.calls) and (heard.calls[0].role == "assigned" or heard.turn.asks_you is not None)


def _takes_up_offer(talk: Talk, heard: Heard) -> bool:
    """Who had the work lets another have it that has just offered ("要不我来？" "那你来吧")."""
    turn, claim = heard.turn, talk.claim
    offer = talk.turns[turn.id - 1] if turn.id else turn
    if claim is None or claim.owner is None or not offer.offers or not turn.accepts:
        return False
    if turn.speaker is None or offer.speaker in (None, turn.speaker, claim.owner) or heard.calls:
        return False
    if turn.speaker not in (claim.owner, claim.asker):
        return False
    talk.claim = Claim(offer.speaker, "agreed", turn.id, words=offer.text)
    return True


def _takes_for_department(talk: Talk, heard: Heard) -> bool:
    """A member promises for the department, and not for themselves ("我亲自打") or by asking it."""
    turn = heard.turn
    if turn.own_department is None or (turn.strong and not turn.plural):
        return False
    if any(c.role != "addressed" and c.mention.name != turn.own_department for c in heard.calls):
        return False
    wanted = talk.claim is None and (talk.asked_by or talk.refused)
    if not (heard.proof or talk.answers(turn) or wanted):
        return False
    talk.claim = Claim(turn.own_department, "took_for", turn.id, department=True, words=turn.text)
    return True


def _calls_somebody(talk: Talk, heard: Heard) -> bool:
    if not heard.calls:
        return False
    gives = _gives_now if heard.proof else _gives_later
    if not gives(talk, heard):
        return False
    talk.claim = asked(talk, heard.turn, heard.calls)
    return True


def _calls_everybody(talk: Talk, heard: Heard) -> bool:
    if not (heard.proof and heard.turn.for_all) or heard.calls or talk.claim is not None:
        return False
    talk.empty = Claim(None, "everyone", heard.turn.id)
    return True


def _asks_you(talk: Talk, heard: Heard) -> bool:
    """Gives the work to "you", unless the speaker takes it in the same breath."""
    turn, claim = heard.turn, talk.claim
    if not heard.proof or turn.asks_you is None or (claim is not None and claim.how != "answered"):
        return False
    if turn.promise is not None:
        given, kept = shared_words(talk.task, turn.asks_you), shared_words(talk.task, turn.promise)
        first = turn.text.find(turn.asks_you) < turn.text.find(turn.promise)
        if given < kept or (given == kept and not first):
            return False
    if turn.speaker is None and (meant := talk.last_called(turn)) is not None:
        talk.claim = Claim(meant.name, "asked", turn.id, form=talk.roster.reason(meant), words=turn.asks_you)
        return True
    talk.asked_by, talk.spoken_to = turn, talk.last_other(turn)
    if claim is not None and claim.owner != turn.speaker:
        talk.claim = None
    return True


def _gives_now(talk: Talk, heard: Heard) -> bool:
    """Whether a call in the evidence gives the work, and not the speaker's own promise beside it."""
    claim, turn, call = talk.claim, heard.turn, heard.calls[0]
    if _answers_asker(talk, heard):
        return False
    if turn.promise is not None and not call.leads and not _outweighs(talk, heard):
        return False
    if claim is None or claim.how in ("answered", "no_speaker"):
        return True
    fits, fitted = shared_words(talk.task, call.words), shared_words(talk.task, claim.words)
    if claim.how == "agreed" and not claim.strong:
        return _moves(talk, turn) or fits > 0 or call.role == "assigned" or turn.asks_you is not None
    if claim.how == "asked":
        return _moves(talk, turn) or fits > 0 or fits == fitted or not claim.strong
    # Somebody already took it: only giving it away again changes that.
    offered = talk.turns[claim.at].offers and turn.speaker != claim.owner and call.role == "assigned"
    again = offered or _moves(talk, turn) or (fits > 0 and fits >= fitted)
    return again and (call.role == "assigned" or turn.asks_you is not None)


def _gives_later(talk: Talk, heard: Heard) -> bool:
    """Whether a call after the evidence still gives the work."""
    claim, turn, call = talk.claim, heard.turn, heard.calls[0]
    if _answers_asker(talk, heard):
        return False
    if claim is not None and claim.how == "asked":
        if turn.asks_you is not None and call.mention.name == claim.asker:
            return True
        if claim.department:
            return shared_words(talk.task, call.words) > 0
        if not claim.strong and turn.speaker == claim.asker:
            return call.role == "assigned"
    if call.leads and not (claim and claim.how == "agreed"):
        return True
    refused = talk.empty is not None and talk.empty.how == "refused" and talk.empty.form in talk.refused
    asks = _moves(talk, turn) or turn.asks_you is not None
    return claim is None and (refused or (talk.asked_by is not None and asks))


def _answers_asker(talk: Talk, heard: Heard) -> bool:
    """Whether the name is only that of the one who asked ("好的，王总")."""
    turn = heard.turn
    said = heard.calls[0].role == "addressed" and turn.speaker is not None and turn.asks_you is None
    return said and talk.answers(turn)


def _moves(talk: Talk, turn: Turn) -> bool:
    return cue(talk.language, "hand_over").search(turn.text) is not None


def _outweighs(talk: Talk, heard: Heard) -> bool:
    """Whether a call says more of the task than the speaker's own promise in the same turn."""
    turn, calls = heard.turn, heard.calls
    promise = turn.promise or ""
    if calls[0].role == "addressed" and turn.asks_you is None and not turn.asks:
        return False

    def given(call: Call) -> float:
        return shared_words(talk.task, call.words.replace(promise, ""))

    most, promised = max(map(given, calls)), shared_words(talk.task, promise)
    if most != promised:
        return most > promised
    if most > 0:
        # The shorter one is all about the task.
        own = re.split("[，。,.]", calls[0].words.strip("，。,. "))[0]
        return len(own) - len(calls[0].mention.phrase) < len(promise)
    return turn.text.find(promise) >= calls[0].mention.start


GIVING: tuple[Rule, ...] = (
    _one_of_them_answers,
    _turns_down,
    _hands_on,
    _takes_up_offer,
    _takes_for_department,
    _calls_somebody,
    _calls_everybody,
    _asks_you,
)

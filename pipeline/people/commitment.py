"""Who took a piece of work, from the turns of talk that prove it: asked, refused, handed over, agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.people.claims import Claim, Talk, asked, is_asker, only_vacant, speaks, work_calls
from pipeline.people.lexicon import cue
from pipeline.people.overlap import shared_words
from pipeline.people.roster import Roster
from pipeline.people.turns import Call, Turn
from pipeline.transcript import Language

AFTER = 3
"""Turns after the evidence in which somebody who was asked may still answer."""


def who_took_it(
    task: str, evidence: Sequence[int], turns: Sequence[Turn], roster: Roster, language: Language
) -> Claim:
    """Walks from the first utterance of the evidence to the answers after it; the last word counts.

    Args:
        task: What is to be done, to tell it from other work handed out in the same breath.
        evidence: Ids of utterances, in order.
        turns: All turns of the meeting; their index is the utterance's id.
        roster: Who can be meant.
        language: Of the reasons.
    """
    talk = Talk(turns, task, roster, language)
    ids = sorted({i for i in evidence if 0 <= i < len(turns)})
    if not ids:
        return Claim(None, "nobody", 0)
    _before(talk, turns, ids[0])
    for place in range(ids[0], min(ids[-1] + 1, len(turns))):
        _hear(talk, turns[place], proof=place in ids)
    for turn in _answers(talk, turns, ids[-1]):
        _hear(talk, turn, proof=False)
    return replace(_settled(talk, turns, ids), refused=frozenset(talk.refused))


def _before(talk: Talk, turns: Sequence[Turn], first: int) -> None:
    """The request that the first utterance of the evidence answers, where it answers one."""
    opening = turns[first]
    if first == 0 or turns[first - 1].speaker == opening.speaker is not None:
        return
    request = turns[first - 1]
    calls = work_calls(talk, request)
    replies = opening.accepts or opening.promise is not None or opening.refuses
    if calls and (calls[0].mention.name == opening.speaker if opening.speaker else replies):
        talk.claim = asked(talk, request, calls)
    elif (
        not calls and request.promise is not None and request.speaker and (opening.accepts or opening.demands)
    ):
        # "I'll have it by Tuesday." "Tuesday's late, make it Monday."
        talk.claim = Claim(request.speaker, "answered", request.id, words=request.promise, strong=False)
    elif not calls and (request.asks or request.vacant):
        talk.asked_by = request


def _answers(talk: Talk, turns: Sequence[Turn], last: int) -> Iterator[Turn]:
    """The turns after the evidence while it is still open who works."""
    for turn in turns[last + 1 : last + 1 + AFTER]:
        claim = talk.claim
        next_one = turn.id == last + 1
        settled = (
            claim is not None and claim.how not in ("asked", "ambiguous") and not (turn.leads and next_one)
        )
        if claim is not None and claim.how == "answered" and next_one and turn.speaker != claim.owner:
            settled = turn.promise is None and not turn.obeys
        asker = talk.asked_by is not None and talk.asked_by.speaker == turn.speaker
        called = claim is None and asker and not talk.refused and bool(work_calls(talk, turn))
        another = called and not shared_words(talk.task, turn.text)
        if (
            settled
            or turn.new_topic
            or another
            or (claim is None and not talk.refused and talk.asked_by is None and talk.empty is None)
        ):
            return
        yield turn


def _hear(talk: Talk, turn: Turn, proof: bool) -> None:
    calls = work_calls(talk, turn)
    claim = talk.claim
    answering = claim is not None and claim.how == "asked" and speaks(claim, turn, talk.roster)
    if claim is not None and turn.speaker in claim.among and (turn.accepts or turn.promise is not None):
        talk.claim = Claim(turn.speaker, "agreed", turn.id, words=claim.words)
    elif answering and claim is not None and turn.refuses and turn.promise is None and not claim.department:
        _turn_down(talk, turn)
        # "I can't, Rosa": the name is only the one who asked.
        if _passes_on(turn, calls):
            talk.claim = asked(talk, turn, calls)
    elif (
        proof
        and claim is not None
        and claim.owner == turn.speaker
        and turn.refuses
        and _passes_on(turn, calls)
    ):
        talk.claim = asked(talk, turn, calls)
    elif _speaks_for_department(turn, calls) and (
        proof or answering or (claim is None and (talk.asked_by or talk.refused))
    ):
        talk.claim = Claim(turn.own_department, "took_for", turn.id, department=True, words=turn.text)
    elif calls and _gives(talk, turn, calls, proof, answering):
        talk.claim = asked(talk, turn, calls)
    elif proof and _asks_you(talk, turn):
        talk.asked_by, talk.spoken_to = turn, talk.last_other(turn)
        if claim is not None and claim.how == "answered" and claim.owner != turn.speaker:
            talk.claim = None
    elif turn.promise is not None and not (turn.vacant and not turn.strong) and _takes(talk, turn, proof):
        _take(talk, turn)
    elif answering and claim is not None:
        talk.claim = replace(claim, how="asked" if claim.department else "agreed", at=turn.id)
    elif claim is not None and claim.how == "answered" and turn.obeys and claim.owner != turn.speaker:
        _obey(talk, turn)
    elif claim is None or (claim.how == "answered" and proof):
        _open(talk, turn, proof)


def _passes_on(turn: Turn, calls: list[Call]) -> bool:
    """Whether who turns work down gives it to somebody in the same breath."""
    return bool(calls) and (calls[0].role == "assigned" or turn.asks_you is not None)


def _obey(talk: Talk, turn: Turn) -> None:
    """What was said as a matter of fact was an order, if somebody else says "will do"."""
    told = talk.claim
    if told is not None and told.strong and turn.speaker is not None and not talk.turns[told.at].promise:
        talk.claim = Claim(turn.speaker, "agreed", turn.id, words=turn.text)


def _speaks_for_department(turn: Turn, calls: list[Call]) -> bool:
    """Whether a member promises for the department, and not for themselves ("我亲自打") or by asking it."""
    if turn.own_department is None or (turn.strong and not turn.plural):
        return False
    return not calls or all(c.role == "addressed" or c.mention.name == turn.own_department for c in calls)


def _asks_you(talk: Talk, turn: Turn) -> bool:
    """Whether "you" is given the work, rather than taken by the speaker in the same breath."""
    if turn.asks_you is None or (talk.claim is not None and talk.claim.how != "answered"):
        return False
    if turn.promise is None:
        return True
    asked, promised = shared_words(talk.task, turn.asks_you), shared_words(talk.task, turn.promise)
    return asked > promised or (
        asked == promised and turn.text.find(turn.asks_you) < turn.text.find(turn.promise)
    )


def _turn_down(talk: Talk, turn: Turn) -> None:
    if talk.claim is not None and talk.claim.owner is not None:
        talk.refused.add(talk.claim.owner)
        talk.empty = Claim(None, "refused", turn.id, form=talk.claim.owner)
    talk.claim = None


def _take(talk: Talk, turn: Turn) -> None:
    if turn.speaker is None:
        if talk.claim is None or talk.claim.owner is None:
            talk.claim = Claim(None, "no_speaker", turn.id)
        return
    talk.claim = Claim(turn.speaker, "took", turn.id, words=turn.promise or turn.text, strong=turn.strong)


def _open(talk: Talk, turn: Turn, proof: bool) -> None:
    """A turn that neither names anybody nor takes anything, while nobody holds the work for sure."""
    asker = talk.asked_by
    other = asker is not None and turn.speaker is not None and turn.speaker != asker.speaker
    if turn.vacant and proof:
        talk.claim, talk.empty, talk.asked_by = None, Claim(None, "vacant", turn.id), turn
    elif other and turn.refuses and turn.speaker is not None:
        talk.refused.add(turn.speaker)
        talk.empty = talk.empty or Claim(None, "refused", turn.id, form=turn.speaker)
    elif other and asker is not None and not asker.vacant and _answers_it(talk, asker, turn, proof):
        talk.claim = Claim(turn.speaker, "agreed", turn.id, words=turn.text, strong=False)
    elif other and asker is not None and turn.asks_you is not None and not proof and _wishes(asker, turn):
        # "I'd like another session." "Will you book it?"
        talk.asked_by, talk.spoken_to = turn, asker.speaker
    elif proof and turn.asks and talk.claim is None:
        talk.asked_by = turn
    elif (
        proof
        and turn.speaker is not None
        and talk.claim is None
        and (asker is None or (other and not asker.vacant))
    ):
        talk.claim = Claim(turn.speaker, "answered", turn.id, words=turn.text)


def _wishes(asker: Turn, turn: Turn) -> bool:
    """Whether what was asked for was a wish that is now handed back to the one who wishes."""
    return asker.asks_you is None and not asker.question and not turn.accepts


def _answers_it(talk: Talk, asker: Turn, turn: Turn, proof: bool) -> bool:
    """Whether a turn says yes, or in the evidence tells when and how, to what was asked of nobody by name."""
    if turn.vacant:
        return False
    if turn.accepts and (proof or not (turn.question or work_calls(talk, turn))):
        return True
    if not proof or turn.asks_you is not None or turn.question or turn.demands:
        return False
    # A demand ("must be done by Friday") is no question: repeating it is no answer.
    expected = talk.spoken_to is None or talk.spoken_to == turn.speaker
    return (asker.question or asker.asks_you is not None or not turn.asks) and expected


def _gives(talk: Talk, turn: Turn, calls: list[Call], proof: bool, answering: bool) -> bool:
    """Whether the call gives the work, and not the speaker's own promise beside it."""
    claim, call = talk.claim, calls[0]
    moves = cue(talk.language, "hand_over").search(turn.text) is not None
    if answering and call.role == "addressed" and turn.speaker is not None and turn.asks_you is None:
        return False
    if not proof:
        turned_down = (
            talk.empty is not None and talk.empty.how == "refused" and talk.empty.form in talk.refused
        )
        wanted = turned_down or talk.asked_by is not None
        if (
            claim is not None
            and claim.how == "asked"
            and turn.asks_you is not None
            and call.mention.name == claim.asker
        ):
            return True
        if claim is not None and claim.how == "asked" and claim.department:
            return shared_words(talk.task, call.words) > 0
        if call.leads and not (claim and claim.how == "agreed"):
            return True
        return claim is None and wanted and (moves or turn.asks_you is not None or turned_down)
    if turn.promise is not None and not _outweighs(talk, turn, calls):
        return False
    if claim is None or claim.how in ("answered", "no_speaker"):
        return True
    if claim.how == "agreed" and not claim.strong:
        return True
    if claim.how == "asked":
        fits = shared_words(talk.task, call.words)
        return moves or fits > 0 or fits == shared_words(talk.task, claim.words)
    # Somebody already took it: only giving it away again changes that.
    return moves and call.role == "assigned"


def _outweighs(talk: Talk, turn: Turn, calls: list[Call]) -> bool:
    """Whether a call says more of the task than the speaker's own promise in the same turn."""
    if calls[0].role == "addressed" and turn.asks_you is None and not turn.asks:
        return False
    given = max(shared_words(talk.task, call.words.replace(turn.promise or "", "")) for call in calls)
    promised = shared_words(talk.task, turn.promise or "")
    first = turn.text.find(turn.promise or "") >= calls[0].mention.start
    return given > promised or (given == promised and first)


def _takes(talk: Talk, turn: Turn, proof: bool) -> bool:
    """Whether a promise is about this work."""
    claim = talk.claim
    closer = claim is None or shared_words(talk.task, turn.promise or "") > shared_words(
        talk.task, claim.words
    )
    if claim is not None and claim.asker is not None and claim.asker == turn.speaker and claim.how == "asked":
        return proof and closer
    if not proof and claim is not None and claim.how == "answered":
        return shared_words(talk.task, turn.promise or "") > 0
    if not proof and claim is not None and (claim.how != "took" or not turn.leads):
        return False
    if not proof and only_vacant(talk):
        # Only "I'll do it" and words of the task answer "somebody must"; other promises are about other work.
        said = turn.promise or ""
        short = len(said) <= 8 or len(said.split()) in range(2, 6)
        return turn.strong and not is_asker(talk, turn) and (short or shared_words(talk.task, said) > 0)
    if claim is None or claim.how in ("answered", "no_speaker"):
        return proof or not is_asker(talk, turn) or (turn.strong and bool(talk.refused))
    if speaks(claim, turn, talk.roster):
        return claim.how == "asked" and (not claim.department or (turn.strong and not turn.plural))
    if claim.how == "asked" or (claim.how == "agreed" and not claim.strong):
        return proof
    return proof and (closer or turn.leads or (turn.strong and not claim.strong))


def _settled(talk: Talk, turns: Sequence[Turn], ids: Sequence[int]) -> Claim:
    if talk.claim is not None:
        return talk.claim
    if talk.empty is not None:
        return talk.empty
    asker = talk.asked_by
    if asker is not None and asker.id >= ids[0] and (asker.asks_you is not None or asker.question):
        # Asked without a name and nobody answered: the one who spoke before is spoken to.
        for turn in reversed(turns[max(0, asker.id - 2) : asker.id]):
            if turn.speaker is not None and turn.speaker not in {asker.speaker, *talk.refused}:
                return Claim(turn.speaker, "answered", asker.id)
    return Claim(None, "nobody", ids[0])

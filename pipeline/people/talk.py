"""The roster of a meeting: who was named beforehand, who speaks, and with no roster who is heard of."""

import re
from collections.abc import Iterator

from pipeline.meeting import Meeting, Participant
from pipeline.people.lexicon import longest_first, words
from pipeline.people.roster import Roster
from pipeline.transcript import Transcript

_LABEL = re.compile(
    r"(?:s|spk|speaker|person|participant|voice|说话人|发言人|讲话人|讲者|与会者|嘉宾|参会人|unknown)"
    r"(?:[\s_#-]*(?:\d+|[a-z]|[一二三四五六七八九十]+))?|未知\w*|\d+",
    re.IGNORECASE,
)


def is_label(speaker: str) -> bool:
    """Whether a program gave the name: ``S3``, ``Speaker 2``, ``说话人 1``, ``发言人2``."""
    return _LABEL.fullmatch(speaker.strip()) is not None


def roster_of(meeting: Meeting, transcript: Transcript) -> Roster:
    """Who can own work: the participants, speakers under a name, and without participants the names heard."""
    language = meeting.language or transcript.language
    known = Roster(meeting.participants, language)
    speakers = dict.fromkeys(u.speaker for u in transcript.utterances if u.speaker)
    named = (s for s in speakers if not is_label(s))
    guests = [Participant(name=s) for s in named if known.resolve(s).name is None]
    if meeting.participants and not guests:
        return known
    people = (*meeting.participants, *guests)
    if meeting.participants:
        return Roster(people, language)
    return Roster((*people, *_heard_of(transcript, Roster(people, language))), language)


def _heard_of(transcript: Transcript, roster: Roster) -> Iterator[Participant]:
    heard: dict[str, None] = {}
    for utterance in transcript.utterances:
        taken = [(m.start, m.end) for m in roster.mentions(utterance.text)]
        for hit in _CALLED.finditer(utterance.text):
            name = (hit["zh"] or hit["full"] or hit["en"]).strip(" ,.?!让请叫由找")
            free = all(hit.end() <= start or hit.start(hit.lastgroup or 0) >= end for start, end in taken)
            if free and name not in _not_names():
                heard.setdefault(name)
    for name in heard:
        yield Participant(name=name)


def _not_names() -> frozenset[str]:
    return words("names_en", "not_names") | words("names_zh", "common") | words("names_en", "departments")


def _called_pattern() -> re.Pattern[str]:
    family = "|".join(longest_first("names_zh", "surnames"))
    respect = "|".join((*longest_first("names_zh", "offices"), *longest_first("names_zh", "respect")))
    own = "[\u4e00-\u9fff]"
    # A given name ends before the verb that follows; at most two characters.
    given = f"(?:(?![来去负牵跟弄做盯写出对把先也那这们在你您是说就有给发]){own}){{1,2}}"
    zh = (
        f"[小老](?:{family})(?![时事心组店区板师总家是])"
        f"|阿(?![姨们弥尔拉里]){own}(?=[来去弄做你，。,？在也这那的])"
        f"|(?:{family})(?:{respect})"
        f"|(?<!{own})[让请叫由找]?{own}[姐哥](?![们妹弟])"
        f"|(?![小大的帅空老]){own}[姐哥](?=[来去负牵跟弄做盯写出对把买先你您])"
        f"|(?<=[让请叫由找])(?:[小老]{own}|{own}[姐哥])"
    )
    full = (
        f"(?:(?<=[让请叫由])|(?<=交给))(?:{family}){given}"
        "(?=[来去负牵跟弄做盯写出对把先你您也那这，,。？?]|$)"
    )
    name = "[A-Z][a-z]{1,14}"
    en = (
        rf"(?:^|[.?!,]\s+|\b(?:and|so|then|okay|ok|right),?\s+){name}"
        r"(?=,?\s+(?:can|could|would|will|you|please)\b|'ll\s|\?)"
        rf"|(?<=[Ll]et ){name}\b|(?:(?<=[Hh]ave )|(?<=[Gg]et )|(?<=[Aa]sk )){name}(?=\s+[a-z])"
        rf"|(?<=, ){name}(?=[.?!]|$)|(?<=[Tt]hanks ){name}\b"
    )
    return re.compile(f"(?P<zh>{zh})|(?P<full>{full})|(?P<en>{en})")


_CALLED = _called_pattern()

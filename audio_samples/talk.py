"""A meeting that is to be spoken: its lines, what they prove, and the files that follow from both."""

from dataclasses import dataclass
from itertools import groupby

from eval.cases import Gold, GoldSection
from eval.voices import Turn, Voice
from pipeline.meeting import Meeting
from pipeline.minutes import Kind
from pipeline.transcript import Transcript, Utterance


@dataclass(frozen=True)
class Line:
    """What one voice says in one turn.

    Attributes:
        speaker: Name of a participant.
        kind: The section it belongs to.
        text: The words as a transcript writes them.
        proves: Keys of the gold items that this line is evidence of.
        say: The words as the voice needs them written, where that differs.
    """

    speaker: str
    kind: Kind
    text: str
    proves: tuple[str, ...] = ()
    say: str | None = None


@dataclass(frozen=True)
class Talk:
    """A whole meeting.

    Attributes:
        meeting: What is known beforehand.
        lines: In the order they are spoken.
        gold: The correct minutes of the recording, whose speakers nobody names.
        gold_with_speakers: The correct minutes once it is known who speaks.
        voices: Participant name to voice.
    """

    meeting: Meeting
    lines: tuple[Line, ...]
    gold: Gold
    gold_with_speakers: Gold
    voices: tuple[tuple[str, str], ...]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The lines in their speakers' voices."""
        voices = {name: Voice(voice) for name, voice in self.voices}
        return tuple(Turn(line.say or line.text, voices[line.speaker]) for line in self.lines)

    def transcript(self, times: tuple[tuple[float, float], ...]) -> Transcript:
        """The lines with the seconds at which they were spoken."""
        return Transcript(
            language=self.meeting.language or "en",
            utterances=tuple(
                Utterance(id=index, start=start, end=end, speaker=line.speaker, text=line.text)
                for index, (line, (start, end)) in enumerate(zip(self.lines, times, strict=True))
            ),
        )


def evidence(lines: tuple[Line, ...], key: str) -> tuple[int, ...]:
    """Indices of the lines that prove a gold item."""
    found = tuple(index for index, line in enumerate(lines) if key in line.proves)
    if not found:
        raise ValueError(f"no line proves {key}")
    return found


def sections(lines: tuple[Line, ...]) -> tuple[GoldSection, ...]:
    """The runs of lines of one kind."""
    runs: list[GoldSection] = []
    for _, group in groupby(enumerate(lines), key=lambda pair: pair[1].kind):
        run = tuple(group)
        runs.append(GoldSection(kind=run[0][1].kind, first=run[0][0], last=run[-1][0]))
    return tuple(runs)

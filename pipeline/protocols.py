"""What a backend must be able to do. One to three methods each; nothing else is known of a backend."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from pipeline.audio import Audio
from pipeline.meeting import Meeting
from pipeline.minutes import Composed, Cost, Reading
from pipeline.transcript import Language, Transcript, Utterance, Value

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""

Part = TypeVar("Part")


class Work(Protocol):
    """What a stage is given while it runs: whom to tell, where to keep finished parts, where to account."""

    def progress(self, share: float) -> None:
        """Tells the share of the stage that is done, 0 to 1."""
        ...

    def part(self, made: type[Part], make: Callable[[], Part], *inputs: object) -> Part:
        """Returns a part of the stage that was finished before, or makes and keeps it.

        Args:
            made: Type of the part; pydantic must be able to write it as JSON and read it back.
            make: Makes it.
            *inputs: Everything it depends on.
        """
        ...

    def account(self, cost: Cost, *, prompt: str, sha256: str) -> None:
        """Adds what was spent on a language model, with the name and hash of the prompt it was asked with."""
        ...

    def spent_before(self) -> tuple[int, float]:
        """Tokens, in and out, and seconds that earlier stages of the meeting spent on a language model."""
        ...


class Opening(Protocol):
    """Opens the files that a meeting is made from."""

    def join(self, sources: tuple[Path, ...], folder: Path, *, progress: Progress) -> Audio:
        """Decodes recordings, one after the other, to one in a folder.

        Raises:
            AudioError: One is none, or nothing can be heard in them.
        """
        ...

    def read_transcript(self, path: Path, *, language: Language | None) -> Transcript:
        """Reads a transcript; its language is recognised where it is not given.

        Raises:
            TranscriptError: It is none.
        """
        ...


class Transcriber(Protocol):
    """Turns a recording into a transcript."""

    name: str
    """``backend:model``, part of the key under which results are kept."""

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        """Listens to the whole recording.

        Args:
            audio: 16 kHz mono samples on disk.
            language: None lets the recogniser decide.
            names: Participants, departments and indicators that are likely to be said.
            progress: Called now and then with the share done, 0 to 1.

        Raises:
            BackendError: The model cannot be loaded or fails.
        """
        ...


class Diarizer(Protocol):
    """Tells speakers apart."""

    name: str

    def diarize(self, audio: Audio, utterances: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
        """Returns the utterances with a speaker label where one could be told."""
        ...


class Scribe(Protocol):
    """Reads a transcript and says what is in it."""

    name: str

    @property
    def depends_on(self) -> tuple[str, ...]:
        """What its results depend on beyond its name: hashes of prompts, limits."""
        ...

    def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
        """Labels every utterance and finds all items, owners and dates still as words."""
        ...

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting, work: Work) -> Composed:
        """Writes the six sections, in the meeting's language."""
        ...


class Message(Value):
    """One turn of a chat with a language model."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True)
class Form:
    """The form an answer must have.

    Attributes:
        name: Of the form, in the letters of an identifier.
        schema: JSON Schema of one object; every string, list and number in it is bounded.
    """

    name: str
    schema: dict[str, object]


class Answer(Value):
    """What a language model answered to one question.

    Attributes:
        text: As it came; meant to be JSON of the form that was asked for, and not checked yet.
        tokens_in: Tokens of the question, as the model's side counted them, else estimated.
        tokens_out: Tokens of the answer.
        cut: Whether the answer stopped at the token limit.
        refusal: The model's words where it declined to answer.
    """

    text: str
    tokens_in: int
    tokens_out: int
    cut: bool = False
    refusal: str | None = None


class LanguageModel(Protocol):
    """Answers questions. One question is one attempt: who asks decides whether to ask again."""

    name: str
    """``provider:model``, part of the key under which answers are kept."""

    in_process: bool
    """Whether it works in this process: then it is waited for as long as it writes."""

    @property
    def context(self) -> int | None:
        """Tokens of question and answer together that it takes; None where that is not known."""
        ...

    def count(self, text: str) -> int:
        """Tokens of a text by the model's own tokenizer, or a safe (high) estimate where none is to be had."""
        ...

    def ask(
        self, messages: tuple[Message, ...], form: Form, *, most_tokens: int, written: Callable[[int], None]
    ) -> Answer:
        """Asks one question and waits for the whole answer.

        Args:
            messages: The chat so far.
            form: What the answer must look like.
            most_tokens: Where the answer is cut off.
            written: Called with the tokens written so far, by models that can tell.

        Raises:
            ModelBusy: It did not answer this time (overloaded, timed out, cut off): it may answer the next.
            BackendError: It will never answer: no such model, no key, a package is missing.
        """
        ...


class Store(Protocol):
    """Keeps finished artefacts, meeting by meeting."""

    def get(self, meeting: str, name: str) -> bytes | None:
        """What was stored under the name, or None."""
        ...

    def put(self, meeting: str, name: str, content: bytes) -> None:
        """Stores atomically: a reader sees the whole content or none."""
        ...

    def folder(self, meeting: str) -> Path:
        """A local folder of the meeting for artefacts too large for memory."""
        ...

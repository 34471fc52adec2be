"""What the child says to its parent: one message a line, as JSON."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from pipeline.errors import AudioError, EnvironmentProblem, InputError, TranscriptError
from pipeline.recording import RecordingInfo
from pipeline.transcript import Transcript, Value

ERRORS: dict[str, type[InputError | EnvironmentProblem]] = {
    error.__name__: error for error in (InputError, AudioError, TranscriptError, EnvironmentProblem)
}


class Decoded(Value):
    """Recordings became samples of this length, in the folder that the parent named."""

    seconds: float = Field(ge=0, allow_inf_nan=False)


class Ready(Value):
    """The limits hold and the program is loaded; the file is opened next."""

    say: Literal["ready"] = "ready"


class Share(Value):
    """The share that is done."""

    say: Literal["share"] = "share"
    share: float = Field(ge=0, le=1)


class Refused(Value):
    """The file cannot be used.

    Attributes:
        error: Name of the error.
        sentence: Its text.
    """

    say: Literal["refused"] = "refused"
    error: Literal["InputError", "AudioError", "TranscriptError", "EnvironmentProblem"]
    sentence: str


class Crashed(Value):
    """Something went wrong that nobody foresaw, or a limit was hit.

    Attributes:
        where: Kind and place, without a word of what the file holds.
    """

    say: Literal["crashed"] = "crashed"
    where: str


class Made(Value):
    """The result."""

    say: Literal["made"] = "made"
    result: RecordingInfo | Decoded | Transcript


Message = Ready | Share | Refused | Crashed | Made

MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="say")])

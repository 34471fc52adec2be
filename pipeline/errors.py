"""Every way a run can fail, as one tree.

MinutesError                   anything this package raises on purpose; its text is one sentence for a person
├── InputError                 what was given cannot be used
│   ├── AudioError             not a recording, nothing to hear in it, or damaged
│   ├── TranscriptError        not a transcript, or one without a line of speech
│   ├── MeetingError           the facts about the meeting cannot be read
│   └── DateError              not a calendar date
├── EnvironmentProblem         this machine lacks something: weights, a package, room on the disk, a right
│   └── BackendError           a recogniser or model cannot be loaded or does not answer
│       └── ModelBusy          a language model did not answer this time; it may answer the next
└── UsageError                 an unknown backend, format or option
"""


class MinutesError(Exception):
    """Anything this package raises on purpose."""

    exit_code = 1


class InputError(MinutesError):
    """What was given cannot be used."""


class AudioError(InputError):
    """Not a recording, nothing to hear in it, or damaged."""


class TranscriptError(InputError):
    """Not a transcript, or one without a line of speech."""


class MeetingError(InputError):
    """The facts about the meeting cannot be read."""


class DateError(InputError):
    """Not a calendar date."""


class EnvironmentProblem(MinutesError):  # noqa: N818 - "EnvironmentError" is a builtin that means something else
    """This machine lacks something: weights, a package, room on the disk, a right."""


class BackendError(EnvironmentProblem):
    """A recogniser or model cannot be loaded or does not answer."""


class ModelBusy(BackendError):  # noqa: N818 - a state that passes, not a fault
    """A language model did not answer this time; it may answer the next.

    Attributes:
        wait: Seconds after which the other side asks to be asked again; None where it does not say.
    """

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class UsageError(MinutesError):
    """An unknown backend, format or option."""

    exit_code = 2

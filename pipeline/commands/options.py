"""What several commands can be told, and the settings that follow from it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import MinutesError, UsageError

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.transcript import Language

Output = Annotated[Path | None, typer.Option("-o", "--output", help="Folder for the minutes. [./minutes]")]
MeetingFile = Annotated[
    Path | None, typer.Option("--meeting", help="What is known beforehand: case.json, or the same in YAML.")
]
HeldOn = Annotated[str | None, typer.Option(help="Day of the meeting, such as 2026-03-02.")]
Title = Annotated[str | None, typer.Option(help="Title over the minutes.")]
People = Annotated[
    str | None, typer.Option(help="Who takes part: “Anna Berg, Tom Reed”, or a file (YAML, JSON, CSV, text).")
]
Series = Annotated[str | None, typer.Option(help="Series of regular meetings it belongs to.")]
Spoken = Annotated[str | None, typer.Option(help="zh or en; recognised when not given.")]
Asr = Annotated[
    str | None, typer.Option(help="Who listens: auto, sphinx, whisper:turbo, whisper:/path/x.pt.")
]
Reads = Annotated[
    str | None,
    typer.Option(
        help="Who reads: auto, rules, llm:openai:MODEL, llm:anthropic:…, llm:ollama:…, llm:transformers:…."
    ),
]
Prompts = Annotated[
    list[str] | None, typer.Option(help="A prompt's version or file for this run: read=2, read=draft.md.")
]
Quiet = Annotated[
    bool,
    typer.Option("-q", "--quiet", help="Print the paths of the written files and nothing else but errors."),
]


def chosen_settings(
    *,
    asr: str | None = None,
    scribe: str | None = None,
    output: Path | None = None,
    formats: str | None = None,
    prompts: list[str] | None = None,
    redact: bool | None = None,
    server: str | None = None,
) -> "Settings":
    """Settings with what the flags say; what they leave out comes from the environment and lihui.toml."""
    from pipeline.settings import load_settings, names_in

    said = {
        "asr": asr,
        "scribe": scribe,
        "output": output,
        "formats": None if formats is None else names_in(formats),
        "prompts": None if prompts is None else tuple(prompts),
        "redact": redact,
        "server": server,
    }
    return load_settings().model_copy(update={key: value for key, value in said.items() if value is not None})


def bounded(settings: "Settings", max_tokens: int | None, max_seconds: float | None) -> "Settings":
    """Settings with the budget that the flags give a language model."""
    said = {"max_tokens": max_tokens, "max_seconds": max_seconds}
    given = {key: value for key, value in said.items() if value is not None}
    return settings.model_copy(update={"limits": settings.limits.model_copy(update=given)})


def chosen_language(text: str | None) -> "Language | None":
    """The language that a flag names.

    Raises:
        UsageError: It is none that this program knows.
    """
    if text is None or text in ("zh", "en"):
        return text
    raise UsageError(f"“{text}” is no language of this program: write zh or en.")


def sentence_of(error: MinutesError | OSError) -> str:
    """What went wrong; of the system's own errors the file and the reason, where nobody foresaw them."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}." if error.filename else f"{error.strerror}."
    return str(error)

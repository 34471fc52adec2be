"""One frozen Settings: flags over LIHUI_* variables over lihui.toml over the defaults below."""

import os
import tomllib
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.errors import UsageError
from pipeline.limits import Limits
from pipeline.mail import Mail
from pipeline.prompt import parse_choice
from pipeline.registry import Reader, did_you_mean
from pipeline.serving import Serving

PREFIX = "LIHUI_"
FILE = "lihui.toml"


def names_in(text: str) -> tuple[str, ...]:
    """``"md, docx"`` as ``("md", "docx")``."""
    return tuple(name.strip() for name in text.replace("，", ",").split(",") if name.strip())


def _names(given: object) -> object:
    return names_in(given) if isinstance(given, str) else given


Folder = Annotated[Path, AfterValidator(Path.expanduser)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", toml_file=FILE, frozen=True, extra="forbid"
    )

    # Who listens: "auto", "sphinx", "whisper:<name or path of a checkpoint>".
    asr: str = "auto"
    # Who reads the transcript: "rules", "llm:<provider>:<model>", or "auto": the model of `llm`, else the rules.
    scribe: str = "auto"
    # The language model of "auto": "openai:gpt-4.1", "anthropic:…", "ollama:qwen3", "transformers:<folder>" …
    llm: str | None = None
    # Versions or files of prompts instead of the active ones: "read=2,compose=draft.md" in a variable.
    prompts: Names = ()
    # Replace phone numbers, e-mail addresses, ID and bank-card numbers before anything goes to a language model.
    redact: bool = False
    # Bounds on the questions to a language model; in lihui.toml a table [limits], in the environment
    # LIHUI_LIMITS__MAX_TOKENS and so on. pipeline/limits.py explains each.
    limits: Limits = Limits()
    # Where the folders of minutes are written.
    output: Folder = Path("minutes")
    # Files written for every meeting; transcript.json is always among them. "md,docx" in a variable.
    formats: Names = ("md", "html", "docx", "json", "csv", "ics", "vtt", "srt", "txt")
    # Where finished stages are kept, so that no work is done twice.
    cache: Folder = Field(default_factory=lambda: platformdirs.user_cache_path("lihui"))
    # Where the service keeps its database and files, unless the next two say otherwise.
    data: Folder = Field(default_factory=lambda: platformdirs.user_data_path("lihui"))
    # sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME; None is SQLite in `data`.
    database_url: str | None = None
    # A folder or s3://BUCKET/PREFIX (AWS_* variables) for recordings and artefacts; None is a folder in `data`.
    files: str | None = None
    # How the service is run; in lihui.toml a table [serve], in the environment LIHUI_SERVE__PORT and so on.
    # pipeline/serving.py explains each.
    serve: Serving = Serving()
    # The server that letters go out through; in lihui.toml a table [mail], in the environment LIHUI_MAIL__HOST and so
    # on. pipeline/mail.py explains each.
    mail: Mail = Mail()
    # Folder of evaluations that the service shows.
    eval_results: Folder = Path("eval-results")
    # A service that does the work of `lihui run` instead of this machine, and the token it knows one by.
    server: str | None = None
    token: SecretStr | None = None
    # IANA zone of the meeting, for recordings that carry their time in UTC; None is this machine's zone.
    timezone: str | None = None
    # ISO 3166 code whose holidays count; None is CN for Chinese and Monday to Friday for English.
    country: str | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Orders the sources: flags, environment, lihui.toml."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Settings of the environment and of the lihui.toml in the current folder.

    Raises:
        UsageError: A variable or a key is unknown or has a wrong value, or lihui.toml a syntax error.
    """
    for variable in os.environ:
        name = variable.removeprefix(PREFIX).lower().partition("__")[0]
        if variable.startswith(PREFIX) and name not in Settings.model_fields:
            known = [PREFIX + field.upper() for field in Settings.model_fields]
            raise UsageError(f"There is no setting “{variable}”{did_you_mean(variable, known)}")
    try:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{FILE} has a syntax error: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            hint = did_you_mean(name, Settings.model_fields)
            raise UsageError(f"{FILE}: there is no setting “{name}”{hint}") from error
        raise UsageError(f"The setting “{name}” is wrong: {first['msg']}.") from error


def database_url(settings: Settings) -> str:
    """Where the service's tables are: as set, else SQLite in the data folder."""
    return settings.database_url or f"sqlite:///{settings.data / 'lihui.db'}"


def files_url(settings: Settings) -> str:
    """Where the service's files are: as set, else a folder in the data folder."""
    return settings.files or str(settings.data / "files")


def reader_of(settings: Settings) -> Reader:
    """How a language model reads, as the settings say.

    Raises:
        UsageError: ``prompts`` names a task that has no prompt.
    """
    return Reader(
        llm=settings.llm,
        limits=settings.limits,
        prompts=parse_choice(settings.prompts) if settings.prompts else {},
        redact=settings.redact,
    )

"""One frozen Settings: flags over LIHUI_* variables over lihui.toml over the defaults below."""

from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Everything that can be set, with its default.

    Raises:
        pydantic.ValidationError: A variable or a key of lihui.toml is unknown or has the wrong type.
    """

    model_config = SettingsConfigDict(
        env_prefix="LIHUI_", toml_file="lihui.toml", frozen=True, extra="forbid", populate_by_name=True
    )

    # Who listens: "auto", "sphinx", "whisper:<name or path of a checkpoint>".
    asr: str = "auto"
    # Who reads the transcript: "rules".
    scribe: str = "rules"
    # Where the folders of minutes are written.
    output: Path = Path("minutes")
    # Files written for every meeting; transcript.json is always among them.
    formats: tuple[str, ...] = ("md", "html", "docx", "json", "csv", "ics", "vtt", "srt", "txt")
    # Where finished stages are kept, so that no work is done twice.
    cache: Path = Field(default_factory=lambda: platformdirs.user_cache_path("lihui"))
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

"""Providers of hosted models: where their servers are, and the keys to them."""

import os
import re
from dataclasses import dataclass
from importlib import import_module
from pkgutil import resolve_name
from typing import Any, cast

from pydantic import SecretStr

from pipeline.errors import BackendError

KEYRING_SERVICE = "lihui"


@dataclass(frozen=True)
class Provider:
    """Where a provider is.

    Attributes:
        key: Variable that holds the key; None for a provider that needs none.
        variable: Variable that holds the address of another server.
        url: The address where it is not set.
    """

    key: str | None
    variable: str
    url: str


_GOOGLE = "https://generativelanguage.googleapis.com"
PROVIDERS = {
    "openai": Provider("OPENAI_API_KEY", "OPENAI_BASE_URL", "https://api.openai.com/v1"),
    "anthropic": Provider("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    "google_genai": Provider("GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", _GOOGLE),
    "ollama": Provider(None, "OLLAMA_HOST", "http://127.0.0.1:11434"),
    "deepseek": Provider("DEEPSEEK_API_KEY", "DEEPSEEK_API_BASE", "https://api.deepseek.com/v1"),
}
"""Any other server that speaks OpenAI's protocol is ``openai`` with its address in OPENAI_BASE_URL."""


def find_address(provider: Provider) -> str:
    """Where the provider's server is.

    Raises:
        BackendError: What its variable holds is no address.
    """
    given = (os.environ.get(provider.variable) or provider.url).strip().rstrip("/")
    if provider.variable == "OLLAMA_HOST" and "://" not in given:
        given = f"http://{given}"
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", given):
        raise BackendError(f"{provider.variable} holds no address: write one such as {provider.url}")
    return given


def without_login(url: str) -> str:
    """The address without a user's name and password."""
    return re.sub("//[^/]*@", "//", url)


def find_key(provider: Provider) -> SecretStr | None:
    """The key from the environment, else from the keyring; None where none is needed.

    Raises:
        BackendError: There is none, or it cannot be sent.
    """
    if provider.key is None:
        return None
    key = (os.environ.get(provider.key) or _from_keyring(provider.key) or "").strip()
    if not key:
        where = without_login(find_address(provider))
        raise BackendError(
            f"{provider.key} is not set: put the key for {where} into it, or into the keyring with "
            f"`keyring set {KEYRING_SERVICE} {provider.key}`; for a server that needs none any word will do."
        )
    if not key.isascii() or not key.isprintable():
        raise BackendError(f"{provider.key} holds characters that no key has.")
    return SecretStr(key)


def _from_keyring(name: str) -> str | None:
    """The key from the system's keyring, where the package is installed and has one to look into."""
    try:
        keyring: Any = import_module("keyring")
        return cast(str | None, keyring.get_password(KEYRING_SERVICE, name))
    except ImportError:
        return None
    except cast(type[Exception], resolve_name("keyring.errors:KeyringError")):
        return None

"""Providers of hosted models: their keys, their addresses, and the packages they need."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.backends.llm_langchain import LangchainModel
from pipeline.errors import BackendError, ModelBusy, UsageError
from pipeline.limits import Limits
from tests.backends.hosted_model import KEY, Point, ask, right
from tests.loopback_llm import BUSY, LoopbackModel

pytestmark = pytest.mark.usefixtures("only_loopback")


def test_a_missing_key_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(BackendError, match="OPENAI_API_KEY is not set"):
        LangchainModel("openai:any", Limits())


KEYRING = """
import os
from keyring import errors

def get_password(service, user):
    if "LOCKED" in os.environ:
        raise errors.KeyringError
    return {("lihui", "OPENAI_API_KEY"): "%s"}.get((service, user))
"""


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A package keyring that holds the key of OpenAI for this project."""
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "errors.py").write_text("class KeyringError(Exception): ...\n")
    (tmp_path / "keyring" / "__init__.py").write_text(KEYRING % KEY)
    for name in [name for name in sys.modules if name.split(".")[0] == "keyring"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    yield
    sys.modules.pop("keyring", None)
    sys.modules.pop("keyring.errors", None)


@pytest.mark.usefixtures("keyring")
def test_a_key_that_is_in_no_variable_comes_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackModel(right) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        ask(LangchainModel("openai:any", Limits()))
    assert [question.key for question in server.questions] == [KEY]


@pytest.mark.usefixtures("keyring")
def test_a_keyring_that_cannot_be_opened_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKED", "1")
    with pytest.raises(BackendError, match="OPENAI_API_KEY is not set"):
        LangchainModel("openai:any", Limits())


@pytest.mark.parametrize("key", ["密钥", "sk-1\nX-Header: 2"])
def test_a_key_that_cannot_be_sent_is_told_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(BackendError, match="OPENAI_API_KEY") as error:
        LangchainModel("openai:any", Limits())
    assert key not in str(error.value)


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "ftp://127.0.0.1/v1", "http://", "http://a b"])
def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(BackendError, match="OPENAI_BASE_URL"):
        LangchainModel("openai:any", Limits())


def test_a_password_in_the_address_is_not_shown(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackModel(right, faults=[BUSY]) as server:
        point(server)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url.replace("//", "//me:hush@"))
        with pytest.raises(ModelBusy) as busy:
            ask(LangchainModel("openai:any", Limits()))
    assert "hush" not in str(busy.value)


@pytest.mark.parametrize("provider", ["anthropic", "google_genai", "ollama", "deepseek"])
def test_a_missing_package_is_told_with_the_command_that_gets_it(
    monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    for variable in ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "DEEPSEEK_API_KEY"):
        monkeypatch.setenv(variable, KEY)
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    with pytest.raises(BackendError, match=f"pip install langchain-{provider.replace('_', '-')}$"):
        LangchainModel(f"{provider}:any", Limits())


@pytest.mark.parametrize("model", ["openai", "openai:", "gpt-5", "nobody:any", ""])
def test_an_unknown_provider_or_no_model_is_a_wrong_use(model: str) -> None:
    with pytest.raises(UsageError, match="PROVIDER:MODEL"):
        LangchainModel(model, Limits())

"""The longest answer that a form allows fits into the tokens it may have."""

import json
from typing import Any, cast

import pytest

from pipeline.backends.llm_langchain import LangchainModel
from pipeline.limits import Limits
from pipeline.scribes.llm.answers import SummaryAnswer, WindowAnswer
from pipeline.scribes.llm.form import answer_form, is_full
from pipeline.transcript import Language


def longest_value(schema: dict[str, Any], letter: str) -> Any:
    """The longest value that satisfies a schema."""
    if "anyOf" in schema:
        return max(
            (longest_value(choice, letter) for choice in schema["anyOf"]), key=lambda v: len(json.dumps(v))
        )
    if "enum" in schema:
        return max(schema["enum"], key=lambda v: len(json.dumps(v)))
    match schema["type"]:
        case "object":
            return {name: longest_value(field, letter) for name, field in schema["properties"].items()}
        case "array":
            return [longest_value(schema["items"], letter)] * schema["maxItems"]
        case "string":
            return "a9999" if "pattern" in schema else letter * schema["maxLength"]
        case "integer":
            return schema["maximum"]
        case "boolean":
            return False
        case _:
            return None


@pytest.mark.parametrize(("language", "letter"), [("zh", "字"), ("en", "w")])
@pytest.mark.parametrize("most", [6000, 16_000, 32_000])
def test_the_longest_answer_fits(
    language: Language, letter: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    form = answer_form(WindowAnswer, language, most)
    value = longest_value(form.schema, letter)
    WindowAnswer.model_validate(value)
    text = json.dumps(value, ensure_ascii=False)
    assert LangchainModel("openai:any", Limits()).count(text) <= 1.1 * most


def unbounded(node: Any, path: str = "") -> list[str]:
    """Where a schema has a string, list or number without a bound."""
    if isinstance(node, list):
        return [found for part in cast(list[Any], node) for found in unbounded(part, path)]
    if not isinstance(node, dict):
        return []
    fields = cast(dict[str, Any], node)
    needed = {"string": {"maxLength", "enum", "pattern"}, "array": {"maxItems"}, "integer": {"maximum"}}
    kind = fields.get("type")
    here = [path] if isinstance(kind, str) and kind in needed and not needed[kind] & set(fields) else []
    return here + [found for name, part in fields.items() for found in unbounded(part, f"{path}/{name}")]


def test_every_string_list_and_number_is_bounded() -> None:
    for answer in (WindowAnswer, SummaryAnswer):
        assert unbounded(answer_form(answer, "en", 32_000).schema) == []
    assert unbounded({"type": "object", "properties": {"a": {"type": "string"}}}) == ["/properties/a"]


def test_a_narrow_form_has_shorter_lists_and_says_when_one_is_full() -> None:
    wide, narrow = (answer_form(WindowAnswer, "en", most) for most in (32_000, 8000))

    def most(form: Any) -> int:
        return form.schema["properties"]["actions"]["maxItems"]

    assert most(narrow) < most(wide)
    value = longest_value(narrow.schema, "x")
    assert is_full(narrow, WindowAnswer.model_validate(value))
    empty: dict[str, Any] = {name: None if name == "purpose" else [] for name in value}
    assert not is_full(narrow, WindowAnswer.model_validate(empty))

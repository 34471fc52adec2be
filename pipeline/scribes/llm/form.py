"""The form of an answer as JSON Schema, so bounded that the longest answer fits into the tokens it may have."""

import json
from collections.abc import Mapping
from functools import cache
from math import ceil
from typing import Any, cast

from pydantic import BaseModel

from pipeline.protocols import Form
from pipeline.transcript import Language

CHARACTERS_OF_CHINESE = 0.4
"""Length of a Chinese sentence over that of the English one that says the same."""

TOKENS_A_CHARACTER = {"zh": 1.1, "en": 0.35}
"""Safe for the tokenizers of today's models: a Chinese character is about one token, an English one a quarter."""


COMPLETE = ("sections", "decisions", "actions", "kpis", "issues", "feedback")
"""Lists from which nothing may be missing; the others have a natural end, or are a choice of what matters most."""


@cache
def answer_form(
    answer: type[BaseModel],
    language: Language,
    most_tokens: int,
    known: tuple[tuple[str, int], ...] = (),
) -> Form:
    """The form of an answer, with its lists shortened until the longest answer has at most so many tokens.

    Args:
        answer: What the answer is read into afterwards; its own bounds are the widest.
        language: Of the meeting; Chinese strings are bounded shorter.
        most_tokens: Where the answer would be cut off.
        known: Names of lists of which it is known how long they can be at most, and how long.
    """
    plain = cast(dict[str, Any], _inlined(answer.model_json_schema(), answer.model_json_schema()))
    for name, most in known:
        plain["properties"][name]["maxItems"] = min(most, plain["properties"][name]["maxItems"])
    schema = plain
    for percent in range(100, 4, -5):
        schema = cast(dict[str, Any], _narrowed(plain, language, percent / 100))
        if longest(schema, language) <= most_tokens:
            break
    return Form(name=answer.__name__, schema=schema)


def longest(schema: Mapping[str, Any], language: Language) -> float:
    """Tokens of the longest JSON text that satisfies a bounded schema, by a high estimate."""
    if "anyOf" in schema:
        return max(longest(choice, language) for choice in schema["anyOf"])
    if "enum" in schema:
        return max(len(json.dumps(value)) for value in schema["enum"]) * TOKENS_A_CHARACTER["en"] + 2
    match schema["type"]:
        case "object":
            fields: dict[str, dict[str, Any]] = schema["properties"]
            # A name with its quotes, colon and comma takes about three tokens more than its letters.
            named = (len(name) * TOKENS_A_CHARACTER["en"] + 3 for name in fields)
            return 2 + sum(named) + sum(longest(field, language) for field in fields.values())
        case "array":
            return 2 + schema["maxItems"] * (longest(schema["items"], language) + 1)
        case "string":
            # Without a length it is held by a pattern: an id.
            return 2 + schema.get("maxLength", 5) * TOKENS_A_CHARACTER[language]
        case _:
            return 3  # a number, true, false or null


def is_full(form: Form, answer: BaseModel) -> bool:
    """Whether a list of items has reached its bound, so that one may have been left out."""
    fields = cast(dict[str, dict[str, Any]], form.schema["properties"])
    given = answer.model_dump()
    bounds = {name: fields[name]["maxItems"] for name in COMPLETE if name in fields}
    return any(len(given[name]) >= most for name, most in bounds.items())


def _inlined(node: object, root: Mapping[str, Any]) -> object:
    """The schema without references and titles: not every server follows ``$ref``."""
    if isinstance(node, list):
        return [_inlined(part, root) for part in cast(list[object], node)]
    if not isinstance(node, dict):
        return node
    fields = cast(dict[str, object], node)
    if "$ref" in fields:
        return _inlined(root["$defs"][str(fields["$ref"]).rsplit("/", 1)[-1]], root)
    kept = {k: v for k, v in fields.items() if k not in ("$defs", "title", "description", "default")}
    inlined = {key: _inlined(value, root) for key, value in kept.items()}
    if inlined.get("type") == "object":
        properties = cast(dict[str, object], inlined["properties"])
        inlined |= {"additionalProperties": False, "required": list(properties)}
    return inlined


def _narrowed(node: object, language: Language, share: float) -> object:
    """Lists shortened to the share of their bound, strings to the language's length."""
    if isinstance(node, list):
        return [_narrowed(part, language, share) for part in cast(list[object], node)]
    if not isinstance(node, dict):
        return node
    fields = {k: _narrowed(v, language, share) for k, v in cast(dict[str, object], node).items()}
    # Lists of lists are short already: only those of the whole answer are many.
    if (
        isinstance(items := fields.get("items"), dict)
        and cast(dict[str, object], items).get("type") == "object"
    ):
        fields["maxItems"] = ceil(cast(int, fields["maxItems"]) * share)
    if language == "zh" and isinstance(most := fields.get("maxLength"), int):
        fields["maxLength"] = max(8, int(most * CHARACTERS_OF_CHINESE))
    return fields

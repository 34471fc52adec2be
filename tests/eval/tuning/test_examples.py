import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import Case, load_cases
from eval.tuning.drafts import Draft
from eval.tuning.examples import LINES, MOST_TOKENS, examples
from pipeline.transcript import Language
from tests.eval.tuning.simulation import POOR


def of(folder: Path, language: Language) -> list[Case]:
    return [case for case in load_cases(folder / "train") if case.transcript.language == language]


def count(text: str) -> int:
    return len(text) // 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_worked_example_quotes_the_lines_that_prove_its_items(meetings: Path, language: Language) -> None:
    cases = of(meetings, language)
    found = examples(cases, count, 2)
    assert len(found) == 2
    for text in found:
        *lines, answer = text.replace("$$", "$").splitlines()
        said = {line.split(" ")[0]: line for line in lines if line[:1].isdigit()}
        assert len(said) == LINES
        items = [row for rows in json.loads(answer.removeprefix("→ ")).values() for row in rows]
        assert len(items) > 1
        assert all(row["quote"] in said[str(row["ids"][0])] for row in items)


def test_an_example_may_stand_in_a_prompt_file(meetings: Path) -> None:
    draft = Draft("read", POOR)
    for text in examples(of(meetings, "en"), count, 3):
        assert text in draft.with_system("en", f"{draft.system('en')}\n\n{text}").text


def test_a_dollar_in_an_example_is_no_input(meetings: Path) -> None:
    case = of(meetings, "en")[0]
    said = tuple(u.model_copy(update={"text": f"{u.text} $5"}) for u in case.transcript.utterances)
    dear = replace(case, transcript=case.transcript.model_copy(update={"utterances": said}))
    draft = Draft("read", POOR)
    (text,) = examples([dear], count, 1)
    with_example = draft.with_system("en", f"{draft.system('en')}\n\n{text}")
    assert with_example.system("en").count("$$5") == LINES


def test_an_example_that_is_too_long_is_left_out(meetings: Path) -> None:
    assert examples(of(meetings, "zh"), lambda text: MOST_TOKENS + 1, 3) == ()

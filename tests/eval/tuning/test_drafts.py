import re
from pathlib import Path

import pytest

from eval.tuning.drafts import Draft
from pipeline.prompt import read_prompt
from tests.eval.tuning.simulation import POOR

DRAFT = Draft("read", POOR)


def test_only_the_system_part_of_one_language_changes(tmp_path: Path) -> None:
    changed = DRAFT.with_system("en", "Be brief. $language\n\n## sections\n\nAll of them cost $$5.")
    assert changed.system("en").startswith("Be brief.")
    before, after = (read_prompt(d.save(tmp_path), "read").parts for d in (DRAFT, changed))
    assert {key for key in before if before[key] != after[key]} == {("en", "system")}
    assert changed.with_system("en", DRAFT.system("en")) == DRAFT


@pytest.mark.parametrize(
    ("system", "told"),
    [
        ("Be brief.", "exactly the placeholders $language"),
        ("Be brief. $language $lines", "they hold $language, $lines"),
        ("It costs $5. $language", "write $$"),
        ("$language\n# en user\nhello", "heading"),
    ],
)
def test_a_part_that_would_break_the_file_is_refused(system: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        DRAFT.with_system("en", system)


def test_keys_of_the_front_matter_are_set_once(tmp_path: Path) -> None:
    made = DRAFT.with_head({"parent": "read v1", "tuned": {"seed": 1, "zh": "0.1 -> 0.2"}})
    again = made.with_head({"parent": "read v2", "tuned": {"seed": 2}})
    assert again.text.count("parent:") == again.text.count("tuned:") == 1
    assert "seed: 2" in again.text
    assert "0.1" not in again.text
    assert read_prompt(again.save(tmp_path), "read").about.startswith("Reads a window")

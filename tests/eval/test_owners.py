import pytest

from eval.owners.score import Answer, Dialogue, find_owner, read_dialogues, score

DIALOGUES = read_dialogues()
LEAST = 0.96
"""Of these dialogues, of which the rules were shown every mistake; on new ones fewer are right."""


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    return [find_owner(dialogue) for dialogue in DIALOGUES]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_owners_of_short_dialogues_are_right(language: str, answers: list[Answer]) -> None:
    assert score(DIALOGUES, answers)[language].accuracy >= LEAST


def test_every_owner_and_every_missing_one_has_a_sentence(answers: list[Answer]) -> None:
    assert all(answer.reason for answer in answers)


def test_reasons_are_in_the_language_of_the_meeting(answers: list[Answer]) -> None:
    for dialogue, answer in zip(DIALOGUES, answers, strict=True):
        chinese = any("\u4e00" <= char <= "\u9fff" for char in answer.reason)
        assert chinese == (dialogue.language == "zh")


def test_a_wrong_owner_is_counted_as_wrong() -> None:
    dialogue = DIALOGUES[0]
    counts = score([dialogue], [Answer("nobody at all", "")])
    assert counts["all"].accuracy == 0
    assert score([dialogue], [Answer(dialogue.owner, "")])["all"].accuracy == 1


def test_both_languages_and_every_way_to_speak_are_there() -> None:
    tags = {tag for dialogue in DIALOGUES for tag in dialogue.tags}
    assert {"no-speaker", "label", "no-roster", "refused", "handed-over", "misheard", "department"} <= tags
    assert min(sum(d.language == language for d in DIALOGUES) for language in ("zh", "en")) >= 120


def test_dialogues_are_well_formed() -> None:
    assert len({d.id for d in DIALOGUES}) == len(DIALOGUES)
    for dialogue in DIALOGUES:
        assert dialogue.evidence
        assert max(dialogue.evidence) < len(dialogue.said)
        known = {p.name for p in dialogue.participants} | {p.department for p in dialogue.participants}
        heard = " ".join(f"{speaker} {text}" for speaker, text in dialogue.said).casefold()
        assert dialogue.owner is None or dialogue.owner in known or dialogue.owner.casefold() in heard


def test_a_dialogue_refuses_unknown_keys() -> None:
    with pytest.raises(ValueError, match="extra"):
        Dialogue.model_validate(DIALOGUES[0].model_dump() | {"answer": "x"})

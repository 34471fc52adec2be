"""Meetings of hours: the transcript passes through the model about once, and a killed run asks for nothing twice."""

import json
import os
import signal
import subprocess
from itertools import cycle, islice
from pathlib import Path
from threading import Event

import pytest

from eval.cases import load_cases
from pipeline.prompt import find_prompt
from pipeline.transcript import Language, Transcript, Utterance
from tests.command import LIHUI, lihui
from tests.gold_model import LISTS, span_of
from tests.loopback_llm import LoopbackModel, Question, tokens

PEOPLE = {
    "zh": ("王蕾", "陈涛", "李静", "赵建国", "孙悦", "周敏"),
    "en": ("Ann Reed", "Tom Baker", "Priya Shah", "Mark Lee", "Ines Vidal", "Joe Park"),
}
SPOKEN_A_SECOND = {"zh": 4.6, "en": 2.7}
"""Characters (zh) and words (en) that people say in a second."""


def talk(language: Language, minutes: int) -> Transcript:
    """Sample meetings one after the other, as long as it takes, in the mouths of six people."""
    said = [
        u for case in load_cases() if case.transcript.language == language for u in case.transcript.utterances
    ]
    utterances: list[Utterance] = []
    seconds = 0.0
    for number, utterance in enumerate(cycle(said)):
        length = len(utterance.text) if language == "zh" else len(utterance.text.split())
        start, seconds = seconds, seconds + max(0.6, length / SPOKEN_A_SECOND[language]) + 0.3
        if seconds > minutes * 60:
            break
        who = PEOPLE[language][len(utterance.text) % len(PEOPLE[language])]
        update = {"id": number, "start": start, "end": seconds, "words": (), "speaker": who}
        utterances.append(utterance.model_copy(update=update))
    return Transcript(language=language, utterances=tuple(utterances))


def busy_secretary(question: Question) -> str:
    """Finds a task in every thirtieth line, a decision in every sixtieth, a point in every twentieth."""
    if "<transcript>" not in question.messages[1].text:
        return '{"summaries": []}'
    asked = question.messages[1].text.partition("<transcript>\n")[2].partition("\n</transcript>")[0]
    lines = dict(line.split(" ", 1) for line in asked.splitlines())

    def found(every: int) -> list[tuple[int, str]]:
        said = [(int(number), words.partition(": ")[2]) for number, words in lines.items()]
        return [(number, words[:40]) for number, words in islice(said, 0, None, every) if words]

    answer: dict[str, object] = {name: [] for name in LISTS}
    first, last = span_of(question)
    answer |= {
        "sections": [{"kind": "reports", "first": first, "last": last}],
        "purpose": None,
        "actions": [
            {
                "ids": [i], "quote": q, "task": q, "owner": None, "owner_words": None, "due_words": None,
                "urgent": False,
            }
            for i, q in found(30)
        ],
        "decisions": [{"ids": [i], "quote": q, "text": q, "made_by": None} for i, q in found(60)],
        "points": [{"ids": [i], "quote": q, "kind": "reports", "text": q} for i, q in found(20)],
    }  # fmt: skip
    return json.dumps(answer, ensure_ascii=False)


def write(to: Path, transcript: Transcript) -> Path:
    to.write_text(transcript.model_dump_json(), encoding="utf-8")
    return to


@pytest.mark.parametrize(("language", "minutes"), [("zh", 30), ("zh", 120), ("zh", 240), ("en", 120)])
def test_the_transcript_passes_through_the_model_about_once(
    language: Language, minutes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript = talk(language, minutes)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIHUI_CACHE", str(tmp_path / "cache"))
    with LoopbackModel(busy_secretary) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        outcome = lihui(
            "run", write(tmp_path / "talk.json", transcript), "--scribe", "llm:openai:any", "--json"
        )
    prompts = sum(_bare(question, language) for question in server.questions)
    own = sum(tokens(f"{u.speaker}: {u.text}" if u.speaker else u.text) for u in transcript.utterances)
    assert outcome.minutes.status == "complete"
    assert server.tokens_in - prompts <= 1.4 * own
    assert sum(stage.tokens_in or 0 for stage in outcome.minutes.origin.stages) == server.tokens_in


def _bare(question: Question, language: Language) -> int:
    """Tokens of a question's prompt without what it was filled with."""
    task = "read" if "<transcript>" in question.messages[1].text else "compose"
    prompt = find_prompt(task, {})
    return sum(tokens(m.text) for m in prompt.fill(language, dict.fromkeys(prompt.inputs, "")))


def test_a_killed_run_asks_only_for_the_windows_that_are_missing(tmp_path: Path) -> None:
    """Kill -9 while the third window is asked for; the next run begins with that one."""
    source = write(tmp_path / "talk.json", talk("en", 60))
    third = Event()
    asked: list[tuple[int, int]] = []

    def answer(question: Question) -> str:
        if "<transcript>" in question.messages[1].text:
            asked.append(span_of(question))
            if len(asked) == 3:
                third.set()
                Event().wait(5)  # until the client is gone
        return busy_secretary(question)

    with LoopbackModel(answer) as server:
        environment = {**os.environ, **server.environment, "LIHUI_CACHE": str(tmp_path / "cache")}
        environment |= {"LIHUI_LIMITS__WINDOW_TOKENS": "3000"}
        command = [*LIHUI, "run", source, "--scribe", "llm:openai:any", "--json", "-o", tmp_path / "out"]
        first = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert third.wait(60)
        first.send_signal(signal.SIGKILL)
        first.wait()
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(asked) > 4
    assert asked[3] == asked[2]
    assert len(set(asked)) == len(asked) - 1


def test_ctrl_c_does_not_wait_for_an_answer_under_way(tmp_path: Path) -> None:
    asked, gone = Event(), Event()

    def answer(_: Question) -> str:
        asked.set()
        gone.wait(60)
        return ""

    with LoopbackModel(answer) as server:
        environment = {**os.environ, **server.environment, "LIHUI_CACHE": str(tmp_path / "cache")}
        command = [*LIHUI, "run", write(tmp_path / "talk.json", talk("en", 5)), "--scribe", "llm:openai:any"]
        run = subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, encoding="utf-8", cwd=tmp_path
        )
        assert asked.wait(60)
        run.send_signal(signal.SIGINT)
        # The server answers only after the program is gone.
        _, err = run.communicate(timeout=50)
        gone.set()
    assert run.returncode == 130
    assert "Stopped." in err
    assert "Traceback" not in err

"""The stages in their order: what is reused, and what a change makes again."""

from pathlib import Path

import pytest

from eval.cases import load_case
from pipeline.audio import Audio
from pipeline.backends.store_folder import FolderStore
from pipeline.errors import InputError
from pipeline.journal import tell_nobody
from pipeline.meeting import Meeting, Participant
from pipeline.protocols import Progress, Transcriber
from pipeline.run import Heard, OpensHere, Source, Summarizer, spoken_names, summarize_transcript
from pipeline.scribes.rules import RulesScribe
from pipeline.transcript import Language, Transcript, Utterance
from tests.command import EN_CASE
from tests.recordings import record, tone
from tests.talks import LINES, vtt

STAGES = ["attribute", "read_out", "owners", "due", "ground", "compose"]


class Listener:
    """Hears the same in every recording, and remembers what it was asked."""

    def __init__(self, name: str = "listener") -> None:
        self.name = name
        self.heard: list[tuple[float, tuple[str, ...]]] = []

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        self.heard.append((audio.seconds, names))
        utterances = tuple(
            Utterance(id=n, start=n / 10, end=(n + 1) / 10, text=text) for n, (_, text) in enumerate(LINES)
        )
        return Transcript(language="en", utterances=utterances)


def summarizer(tmp_path: Path, listener: Transcriber | None = None) -> Summarizer:
    def listen(language: Language | None) -> Transcriber:
        assert listener is not None, "nobody listens to a transcript"
        return listener

    return Summarizer(RulesScribe(), listen, FolderStore(tmp_path / "cache"), tell_nobody)


def recording(folder: Path, name: str = "call.wav", level: float = 0.3) -> Source:
    return Source("recording", (record(folder / name, tone(1.0, level=level), 16_000, "pcm_s16le"),))


def test_every_stage_tells_where_its_result_came_from(tmp_path: Path) -> None:
    source = Source("transcript", (vtt(tmp_path / "weekly.vtt"),))
    result = summarizer(tmp_path).summarize(source, Meeting())
    assert [stage.stage for stage in result.minutes.origin.stages] == ["import", *STAGES]
    assert {stage.backend for stage in result.minutes.origin.stages} == {None, "rules"}
    heard = summarizer(tmp_path, Listener()).summarize(recording(tmp_path), Meeting()).minutes
    assert [stage.stage for stage in heard.origin.stages] == ["read", "transcribe", *STAGES]


def test_a_second_run_listens_to_nothing_and_says_the_same(tmp_path: Path) -> None:
    listener, source = Listener(), recording(tmp_path)
    first = summarizer(tmp_path, listener).summarize(source, Meeting())
    second = summarizer(tmp_path, listener).summarize(source, Meeting())
    assert len(listener.heard) == 1
    unlike = {"origin": second.minutes.origin}  # the decoding, which was not needed again
    assert first.minutes.model_copy(update=unlike) == second.minutes
    assert not list(tmp_path.glob("cache/*/audio.wav"))


def test_it_is_the_content_of_a_recording_that_counts_and_not_its_name(tmp_path: Path) -> None:
    listener = Listener()
    runner = summarizer(tmp_path, listener)
    runner.summarize(recording(tmp_path, "a.wav"), Meeting())
    runner.summarize(recording(tmp_path, "b.wav"), Meeting())
    assert len(listener.heard) == 1
    runner.summarize(recording(tmp_path, "a.wav", level=0.2), Meeting())
    assert len(listener.heard) == 2


@pytest.mark.parametrize(
    "changed",
    [
        Meeting(language="en"),
        Meeting(participants=(Participant(name="Anna Reed", aliases=("Anna",), department="Finance"),)),
    ],
)
def test_facts_that_the_listener_uses_make_it_listen_again(tmp_path: Path, changed: Meeting) -> None:
    listener, source = Listener(), recording(tmp_path)
    runner = summarizer(tmp_path, listener)
    runner.summarize(source, Meeting())
    runner.summarize(source, changed)
    assert len(listener.heard) == 2
    assert listener.heard[1][1] == spoken_names(changed)


def test_other_facts_make_it_read_again_and_not_listen(tmp_path: Path) -> None:
    listener, source = Listener(), recording(tmp_path)
    runner = summarizer(tmp_path, listener)
    assert runner.summarize(source, Meeting()).minutes.meeting.title is None
    assert runner.summarize(source, Meeting(title="Weekly")).minutes.meeting.title == "Weekly"
    assert len(listener.heard) == 1


def test_another_backend_listens_anew(tmp_path: Path) -> None:
    source, other = recording(tmp_path), Listener("other:model")
    summarizer(tmp_path, Listener()).summarize(source, Meeting())
    summarizer(tmp_path, other).summarize(source, Meeting())
    assert len(other.heard) == 1


def test_a_removed_cache_folder_of_the_meeting_is_made_anew(tmp_path: Path) -> None:
    listener, source = Listener(), recording(tmp_path)
    store = FolderStore(tmp_path / "cache")
    summarizer(tmp_path, listener).summarize(source, Meeting())
    assert [path.name for path in store.root.iterdir()] == [source.digest()[:16]]
    store.clear()
    summarizer(tmp_path, listener).summarize(source, Meeting())
    assert len(listener.heard) == 2


class Killed(Listener):
    """Is killed while it listens."""

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        raise KeyboardInterrupt


class KilledStore(FolderStore):
    """Is killed before it keeps what was heard."""

    def put(self, meeting: str, name: str, content: bytes) -> None:
        if name.startswith("transcribe"):
            raise KeyboardInterrupt
        super().put(meeting, name, content)


@pytest.mark.parametrize(("listener", "store"), [(Killed(), FolderStore), (Listener(), KilledStore)])
def test_a_run_killed_while_it_listened_does_not_decode_again(
    listener: Listener, store: type[FolderStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, killed = recording(tmp_path), summarizer(tmp_path, listener)
    killed.store = store(tmp_path / "cache")
    with pytest.raises(KeyboardInterrupt):
        killed.summarize(source, Meeting())

    def decode_again(*_: object, **__: object) -> Audio:
        raise AssertionError("decoded again")

    monkeypatch.setattr(OpensHere, "join", staticmethod(decode_again))
    assert summarizer(tmp_path, Listener()).summarize(source, Meeting()).transcript.utterances


def test_what_was_heard_before_is_minuted_with_how_it_was_heard(tmp_path: Path) -> None:
    runner, source = summarizer(tmp_path, Listener()), recording(tmp_path)
    heard = runner.hear(source, Meeting())
    assert [origin.stage for origin in heard.origins] == ["read", "transcribe"]
    corrected = heard.transcript.utterances[0].model_copy(update={"text": "It is decided: we open in May."})
    transcript = heard.transcript.model_copy(
        update={"utterances": (corrected, *heard.transcript.utterances[1:])}
    )
    result = runner.minute(Heard(transcript, heard.origins), Meeting(), "minutes")
    assert [stage.stage for stage in result.minutes.origin.stages] == ["read", "transcribe", *STAGES]
    assert result.transcript.utterances[0].text == corrected.text


def test_decoded_sound_that_is_gone_is_decoded_again(tmp_path: Path) -> None:
    listener, source = Listener(), recording(tmp_path)
    summarizer(tmp_path, listener).summarize(source, Meeting())
    for kept in tmp_path.glob("cache/*/transcribe-*.json"):
        kept.unlink()
    for kept in tmp_path.glob("cache/*/part-*.json"):
        kept.unlink()
    assert list(tmp_path.glob("cache/*/read-*.json"))
    summarizer(tmp_path, listener).summarize(source, Meeting())
    assert len(listener.heard) == 2


def test_a_source_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Source("recording", (tmp_path,)).digest()


def test_minutes_of_a_transcript_at_hand_are_those_of_its_file(tmp_path: Path) -> None:
    case = load_case(EN_CASE)
    at_hand = summarize_transcript(case.transcript, case.meeting, RulesScribe())
    source = Source("transcript", (EN_CASE / "transcript.json",))
    of_file = summarizer(tmp_path).summarize(source, case.meeting).minutes
    assert of_file == at_hand.model_copy(update={"origin": of_file.origin})

import json

import pytest

from pipeline.errors import TranscriptError
from tests.importers.conftest import Import, times, turns

GUIDE = {
    "language": "zh",
    "utterances": [
        {"id": 0, "start": 0.0, "end": 4.2, "speaker": "王蕾", "text": "好，人齐了，咱们开始。"},
        {"id": 1, "start": 4.2, "end": 5.0, "speaker": "王蕾", "text": "先说数据。"},
        {"id": 2, "speaker": None, "text": "嗯 "},
    ],
}


def test_a_transcript_comes_back_as_it_is(imported: Import):
    transcript = imported("transcript.json", json.dumps(GUIDE))
    assert transcript.language == "zh"
    assert turns(transcript) == [("王蕾", "好，人齐了，咱们开始。"), ("王蕾", "先说数据。"), (None, "嗯 ")]
    assert times(transcript) == [(0.0, 4.2), (4.2, 5.0), (None, None)]


def test_our_own_output_is_read_back_whole(imported: Import):
    content = {
        "language": "en",
        "notices": ["accuracy is low"],
        "utterances": [
            {"id": 0, "start": 1, "end": 2, "text": "hi", "words": [{"text": "hi", "start": 1, "end": 2}]}
        ],
    }
    transcript = imported("transcript.json", json.dumps(content))
    assert imported("again.json", transcript.model_dump_json()) == transcript
    assert transcript.notices == ("accuracy is low",)
    assert transcript.utterances[0].words[0].text == "hi"


def test_whisper_segments_become_sentences(imported: Import):
    content = {
        "text": "…",
        "language": "english",
        "segments": [
            {"id": 0, "start": 0.0, "end": 2.0, "text": " Hello, we", "tokens": [1]},
            {
                "start": 2,
                "end": 4,
                "text": " begin now.",
                "words": [{"word": " begin", "start": 2, "end": 3}],
            },
            {"start": 4, "end": 6, "text": " Fine.", "avg_logprob": -0.1},
        ],
    }
    transcript = imported("whisper.json", json.dumps(content))
    assert turns(transcript) == [(None, "Hello, we begin now."), (None, "Fine.")]
    assert times(transcript) == [(0.0, 4.0), (4.0, 6.0)]
    assert [word.text for word in transcript.utterances[0].words] == ["begin"]


def test_a_bare_list_of_segments_with_speakers(imported: Import):
    content = [
        {"speaker": "S1", "text": "你好。"},
        {"speaker": "S1", "text": "开始。"},
        {"speaker": "S2", "text": "好。"},
    ]
    assert turns(imported("a.json", json.dumps(content))) == [("S1", "你好。开始。"), ("S2", "好。")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"utterances": [', "line 1 column"),
        ('{"language": "zh", "utterances": [{"id": 1, "text": "好"}]}', "utterance 0 has id 1"),
        ('{"language": "zh", "utterances": [{"id": 0, "text": 3}]}', "utterances.0.text"),
        ('{"language": "zh", "utterances": [{"id": 0, "text": " "}]}', "utterance 0 has no text"),
        ('{"utterances": [{"id": 0, "text": "a", "start": NaN}]}', "utterances.0.start"),
        ('{"utterances": [{"id": 0, "text": "a", "start": 3, "end": 1}]}', "piece 0 ends before it starts"),
        ('{"language": "zh", "utterances": []}', "no line of speech"),
        ('{"participants": []}', "no transcript"),
        ("[1, 2]", "0"),
        ("3", "object"),
        ("[" * 5000, "recursion"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(imported: Import, content: str, message: str):
    with pytest.raises(TranscriptError, match=message) as raised:
        imported("transcript.json", content)
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith("transcript.json")

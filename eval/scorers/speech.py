"""How well a recording was understood: word and character errors, and those with the speakers told apart."""

from collections.abc import Callable
from functools import cache
from typing import Any, cast

from eval.scorers.counts import Rate
from pipeline.errors import BackendError
from pipeline.transcript import Language, Transcript

_MISSING = "Scoring recordings needs packages that are not installed: pip install 'lihui[eval]'"


def score_speech(heard: Transcript, reference: Transcript) -> dict[str, Rate]:
    """Errors of all words (en: ``wer``, ``cpwer``) or characters (zh: ``cer``, ``cpcer``) of the reference.

    The texts are normalised as Whisper's authors do it. cpWER (concatenated minimum-permutation, CHiME-6) puts
    each speaker's words together and takes the best pairing of speakers; it applies where both sides have speakers.

    Raises:
        BackendError: jiwer, meeteval or Whisper's normaliser is not installed.
    """
    language = reference.language
    words = {"en": "wer", "zh": "cer"}[language]
    scores = {words: _word_errors(_joined(reference, language), _joined(heard, language))}
    named = {u.speaker for u in reference.utterances} | {u.speaker for u in heard.utterances}
    if None not in named:
        scores[f"cp{words}"] = _speaker_errors(_by_speaker(reference, language), _by_speaker(heard, language))
    return scores


def spoken(text: str, language: Language) -> str:
    """A text as its words (en) or characters (zh), normalised, with a space between them."""
    return _normalizer(language)(text)


def _word_errors(reference: str, heard: str) -> Rate:
    try:
        import jiwer
    except ImportError as error:
        raise BackendError(_MISSING) from error
    found = jiwer.process_words(reference, heard)
    length = found.hits + found.substitutions + found.deletions
    return Rate(found.substitutions + found.deletions + found.insertions, length)


def _speaker_errors(reference: dict[str, str], heard: dict[str, str]) -> Rate:
    try:
        from meeteval.wer import cp_word_error_rate  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise BackendError(_MISSING) from error
    # Its annotations are narrower than its documentation: texts by speaker, in the order they were said.
    count = cast(Callable[..., Any], cp_word_error_rate)
    found = count(reference, heard, reference_sort=False, hypothesis_sort=False)
    return Rate(found.errors, found.length)


def _joined(transcript: Transcript, language: Language) -> str:
    return spoken(" ".join(u.text for u in transcript.utterances), language)


def _by_speaker(transcript: Transcript, language: Language) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for utterance in transcript.utterances:
        said.setdefault(utterance.speaker or "", []).append(utterance.text)
    return {speaker: spoken(" ".join(texts), language) for speaker, texts in said.items()}


@cache
def _normalizer(language: Language) -> Callable[[str], str]:
    try:
        from whisper.normalizers import (  # pyright: ignore[reportMissingTypeStubs]
            BasicTextNormalizer,
            EnglishTextNormalizer,
        )
    except ImportError as error:
        raise BackendError(_MISSING) from error
    return EnglishTextNormalizer() if language == "en" else BasicTextNormalizer(split_letters=True)

"""Tiny Whisper checkpoints of random weights: they load and run as real ones do, and say nonsense."""

from pathlib import Path

import torch
from whisper.model import ModelDimensions, Whisper  # pyright: ignore[reportMissingTypeStubs]

MULTILINGUAL, ENGLISH = 51_865, 51_864


def checkpoint(to: Path, vocabulary: int = MULTILINGUAL) -> Path:
    """A tiny model of random weights, written as Whisper's own checkpoints are."""
    torch.manual_seed(1)  # pyright: ignore[reportUnknownMemberType]
    dims = ModelDimensions(
        n_mels=80,
        n_audio_ctx=1500,
        n_audio_state=24,
        n_audio_head=2,
        n_audio_layer=1,
        n_vocab=vocabulary,
        n_text_ctx=64,  # half of it bounds what random weights say
        n_text_state=24,
        n_text_head=6,  # heads and layers of the official tiny, whose aligned heads are named
        n_text_layer=4,
    )
    model = Whisper(dims)
    with torch.no_grad():
        for weights in model.parameters():
            weights.normal_(std=0.1)
    torch.save({"dims": vars(dims), "model_state_dict": model.state_dict()}, to)  # pyright: ignore[reportUnknownMemberType]
    return to

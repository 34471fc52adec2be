"""Tiny chat models of random weights: they load, chat and are constrained as real ones are, and say nonsense."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen2Tokenizer

CONTEXT = 4096
END = "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
NO_SYSTEM_ROLE = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    + TEMPLATE
)

_LINES = (
    "本周例会先看数据，上月营收一千二百万元，环比增长百分之八。",
    "王芳负责下周三之前把退货原因分析发给大家，还有什么问题吗？",
    "Revenue was 12.4 million last month, up eight percent on the month before.",
    'Please send the analysis by Friday: {"task": "send", "owner": "Wang", "ids": [12, 13]}',
)


def chat_model(folder: Path, seed: int = 1, template: str | None = TEMPLATE, context: int = CONTEXT) -> Path:
    """A chat model of a few hundred kilobytes in a folder, as models are downloaded.

    Args:
        folder: Made if it is not there.
        seed: Of the weights.
        template: The chat template; None for a model that has none.
        context: Tokens of question and answer together.
    """
    words = _tokenizer()
    words.chat_template = template
    words.save_pretrained(str(folder))  # pyright: ignore[reportUnknownMemberType]
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]
    config = Qwen2Config(
        vocab_size=len(words) + 8,  # as in real models, a few more than the tokenizer has
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=context,
        bos_token_id=None,
        eos_token_id=words.convert_tokens_to_ids(END),
    )
    model = Qwen2ForCausalLM(config)
    with torch.no_grad():
        for weights in model.parameters():
            weights.normal_(std=0.3)  # wide enough that what is said depends on what was said
    model.save_pretrained(str(folder))  # pyright: ignore[reportUnknownMemberType]
    return folder


def _tokenizer() -> Qwen2Tokenizer:
    """Qwen's own way to cut a text into tokens, with pairs learnt from a few lines; any text has tokens."""
    untaught = Qwen2Tokenizer(eos_token=END, additional_special_tokens=["<|im_start|>"])
    teach = cast(Callable[..., Qwen2Tokenizer], untaught.train_new_from_iterator)  # pyright: ignore[reportUnknownMemberType]
    return teach([_LINES], vocab_size=420, show_progress=False)

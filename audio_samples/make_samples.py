"""Makes the sample meetings: recording, transcript.json, case.json and gold.json of each.

Needs the voices of flite and espeak-ng: ``apt-get install flite espeak-ng``.

    python audio_samples/make_samples.py                           # both samples, in place
    python audio_samples/make_samples.py --variant 2 --output DIR  # English, other names, dates and tasks
"""

import argparse
import sys
from pathlib import Path

from chinese import chinese
from english import english
from pydantic import BaseModel
from talk import Talk

from eval.voices import save, speak
from pipeline.errors import BackendError

HERE = Path(__file__).parent
KILOBITS = {".m4a": 64, ".ogg": 32}
"""A second: less costs the small recogniser words, with AAC sooner than with Opus."""


def main() -> None:
    """Reads the command line and makes what it asks for."""
    parser = argparse.ArgumentParser(description="Makes the sample meetings.")
    parser.add_argument("--output", type=Path, default=HERE, help="folder for the samples' folders")
    parser.add_argument("--variant", type=int, help="only the English one, with other names, dates and tasks")
    arguments = parser.parse_args()
    if arguments.variant is None:
        make(chinese(), arguments.output, ".ogg")
        make(english(), arguments.output, ".m4a")
    else:
        make(english(arguments.variant), arguments.output, ".m4a")


def make(talk: Talk, output: Path, suffix: str) -> None:
    """Speaks a talk and writes its folder."""
    folder = output / (talk.meeting.id or "sample")
    folder.mkdir(parents=True, exist_ok=True)
    sound, times = speak(talk.turns)
    save(sound, folder / f"recording{suffix}", talk.meeting, kilobits=KILOBITS[suffix])
    _write(folder / "case.json", talk.meeting)
    _write(folder / "transcript.json", talk.transcript(times))
    _write(folder / "gold.json", talk.gold)
    if talk.gold_with_speakers != talk.gold:
        _write(folder / "gold-with-speakers.json", talk.gold_with_speakers)
    print(f"{folder}: {len(talk.lines)} utterances, {times[-1][1]:.0f} s")


def _write(to: Path, value: BaseModel) -> None:
    to.write_text(value.model_dump_json(indent=1, exclude_none=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except BackendError as error:
        sys.exit(str(error))

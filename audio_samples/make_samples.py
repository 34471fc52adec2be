"""Makes the sample meetings: recording, transcript.json, case.json and gold.json of each.

Needs the voices of flite and espeak-ng: ``apt-get install flite espeak-ng``.

    python audio_samples/make_samples.py                           # both samples, in place
    python audio_samples/make_samples.py --variant 2 --output DIR  # English, other names, dates and tasks
"""

import argparse
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from chinese import chinese
from english import english
from pydantic import BaseModel
from speak import save, speak
from talk import Talk

HERE = Path(__file__).parent


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
    sound, times = speak(talk)
    zone = ZoneInfo(talk.meeting.timezone or "UTC")
    assert talk.meeting.held_on is not None
    save(sound, folder / f"recording{suffix}", datetime.combine(talk.meeting.held_on, time(9), zone))
    _write(folder / "case.json", talk.meeting)
    _write(folder / "transcript.json", talk.transcript(times))
    _write(folder / "gold.json", talk.gold)
    if talk.gold_with_speakers != talk.gold:
        _write(folder / "gold-with-speakers.json", talk.gold_with_speakers)
    print(f"{folder}: {len(talk.lines)} utterances, {times[-1][1]:.0f} s")


def _write(to: Path, value: BaseModel) -> None:
    to.write_text(value.model_dump_json(indent=1, exclude_none=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

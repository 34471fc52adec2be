"""``make bench``: does cost grow linearly? The last line is JSON with the ratios.

rules_16x_over_1x           time of the rules scribe on 16 times a 200-utterance meeting over that on the meeting
rules_16x_over_4x           the same, over 4 times the meeting
read_peak_180min_over_20min peak memory of decoding 3 hours over that of 20 minutes
"""

import json
import sys
import time

from eval.bench_read import bench_read
from eval.cases import load_cases
from pipeline.backends.store_memory import MemoryStore
from pipeline.journal import Bench, Journal, tell_nobody
from pipeline.meeting import Meeting
from pipeline.scribes.rules import RulesScribe
from pipeline.transcript import Transcript, Utterance

LENGTH = 200
ROUNDS = 5


def main() -> None:
    """Runs both benchmarks and prints their ratios."""
    seconds = rules_seconds((1, 4, 16))
    for times, spent in seconds.items():
        sys.stdout.write(f"rules scribe, {times * LENGTH:>5} utterances: {spent * 1000:8.1f} ms\n")
    ratios = {
        "rules_16x_over_1x": round(seconds[16] / seconds[1], 2),
        "rules_16x_over_4x": round(seconds[16] / seconds[4], 2),
        **bench_read(),
    }
    sys.stdout.write(json.dumps(ratios) + "\n")


def rules_seconds(multiples: tuple[int, ...]) -> dict[int, float]:
    """Best of five times for each multiple of a 200-utterance meeting; models and dictionaries are loaded before."""
    scribe, meeting = RulesScribe(), Meeting(language="zh")
    work = Bench(Journal(MemoryStore(), "", tell_nobody), "read_out")
    transcripts = {n: _repeated(n) for n in multiples}
    scribe.read(transcripts[min(multiples)], meeting, work)
    best: dict[int, float] = {}
    for _ in range(ROUNDS):
        # In turn, so that a busy moment of the machine hits every length alike.
        for n, transcript in transcripts.items():
            begun = time.perf_counter()
            reading = scribe.read(transcript, meeting, work)
            scribe.compose(transcript, reading, meeting, work)
            best[n] = min(best.get(n, float("inf")), time.perf_counter() - begun)
    return best


def _repeated(times: int) -> Transcript:
    """Chinese sample meetings one after the other up to 200 utterances, that many times over."""
    said = [u for case in load_cases() if case.meeting.language == "zh" for u in case.transcript.utterances]
    once = said[:LENGTH]
    texts = [u for _ in range(times) for u in once]
    utterances = tuple(Utterance(id=i, speaker=u.speaker, text=u.text) for i, u in enumerate(texts))
    return Transcript(language="zh", utterances=utterances)


if __name__ == "__main__":
    main()

"""People who read and edit minutes, and how long they wait for each answer."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from eval.serving.sending import API, PATIENCE

PAUSE = 2.5
"""Seconds between a person's requests, on average, of which each third is an edit: whoever reviews the forty items of
an hour's meeting in five minutes makes one every seven and a half."""


@dataclass
class Waits:
    """Seconds until an answer, by what was asked; and how many answers were none."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: int = 0


@dataclass
class Person:
    """Somebody at a browser, who corrects a line of one meeting again and again.

    Attributes:
        client: Their connection.
        meeting: Under review.
        line: The utterance that they, and nobody else, correct.
        waits: Where their waiting is written down.
    """

    client: httpx.AsyncClient
    meeting: str
    line: int
    waits: Waits

    async def work(self, chance: random.Random, pause: float, over: Callable[[], bool]) -> None:
        """Reads and edits until it is over."""
        place = f"{API}/meetings/{self.meeting}"
        await asyncio.sleep(3 * chance.random() * pause)
        transcript = await self._ask("read transcript", "GET", f"{place}/transcript")
        text = transcript["utterances"][self.line]["text"]
        for turn in count(1):
            if over():
                return
            review = await self._ask("read review", "GET", f"{place}/review")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
            if review is not None:
                text = await self._correct(review["revision"], text, f"line {self.line}, turn {turn}")
                await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
            what, path = (("list", f"{API}/meetings"), ("transcript", f"{place}/transcript"))[turn % 2]
            await self._ask(f"read {what}", "GET", path)
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)

    async def _correct(self, revision: int, before: str, after: str) -> str:
        """Corrects the line; returns how it reads now."""
        edit = {"kind": "correct", "utterance": self.line, "before": before, "after": after}
        said = {"made_against": revision, "edits": [edit]}
        answer = await self._ask("edit", "POST", f"{API}/meetings/{self.meeting}/edits", said)
        return before if answer is None else after

    async def _ask(self, what: str, method: str, path: str, said: object = None) -> Any:
        began = time.perf_counter()
        try:
            answer = await self.client.request(method, path, json=said)
        except httpx.HTTPError:
            self.waits.errors += 1
            return None
        self.waits.seconds[what].append(time.perf_counter() - began)
        if answer.is_error:
            self.waits.errors += 1
            return None
        return answer.json()


async def watch(
    address: str, meetings: list[str], people: int, pause: float, over: Callable[[], bool]
) -> Waits:
    """Has people work until it is over.

    Args:
        address: Of the service.
        meetings: Under review; people are spread over them.
        people: How many.
        pause: Seconds between one's requests, on average.
        over: Asked now and then.
    """
    waits = Waits()
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits) as client:
        crowd = [
            Person(client, meetings[number % len(meetings)], number // len(meetings), waits)
            for number in range(people)
        ]
        await asyncio.gather(
            *(person.work(random.Random(number), pause, over) for number, person in enumerate(crowd))
        )
    return waits

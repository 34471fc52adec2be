"""People who read and edit minutes, and how long they wait for each answer."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from eval.serving.sending import API, PATIENCE

PAUSE = 1.5
"""Seconds between a person's requests, on average: they look at what they see."""


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
        await asyncio.sleep(chance.random() * pause)
        place = f"{API}/meetings/{self.meeting}"
        turn = 0
        while not over():
            review = await self._ask("read review", "GET", f"{place}/review")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
            transcript = await self._ask("read transcript", "GET", f"{place}/transcript")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
            if review is not None and transcript is not None:
                turn += 1
                text = transcript["utterances"][self.line]["text"]
                edit = {
                    "kind": "correct",
                    "utterance": self.line,
                    "before": text,
                    "after": f"line {self.line}.{turn}",
                }
                said = {"made_against": review["revision"], "edits": [edit]}
                await self._ask("edit", "POST", f"{place}/edits", said)
                await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
            await self._ask("read list", "GET", f"{API}/meetings")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)

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

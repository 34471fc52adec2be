"""A short run of ``make bench-kill``, and that it would tell what was lost or done twice."""

import random
from pathlib import Path

import pytest

from eval.bench_kill import survive
from eval.killing.kills import Kill, plan
from eval.killing.scene import open_scene
from eval.killing.sources import transcripts
from eval.watched_worker import MOMENTS
from pipeline.records.tables import Draft


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgres", 2)])
def test_meetings_outlive_their_workers(
    kind: str, workers: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else None
    scene, given = open_scene(tmp_path / "scene", url), transcripts(tmp_path)
    kills = [Kill("between:1"), Kill("done:1"), Kill(seconds=0.5)]
    outcome = survive(scene, kills, workers, given[:2], (), 0, random.Random(1))
    assert (outcome.kills, outcome.lost, outcome.redone) == (3, 0, 0)
    assert outcome.meetings >= 3
    assert outcome.kept >= 7 * outcome.meetings
    # What it would say if something had gone wrong.
    lost, twice = list(scene.meetings)[:2]
    with scene.site.database.session() as session:
        session.delete(session.get_one(Draft, (lost, 1)))
        draft = session.get_one(Draft, (twice, 1))
        session.add(Draft(meeting_id=twice, number=2, minutes=draft.minutes, transcript=draft.transcript))
    scene.log.write_text("0 1 again m read_out-1.json\n", encoding="utf-8")
    outcome = scene.outcome(3, 1)
    scene.site.database.close()
    assert (outcome.lost, outcome.redone) == (2, 2)


def test_a_plan_has_kills_at_every_boundary_and_at_random_moments() -> None:
    kills = plan(13, 9, random.Random(1))
    assert len(kills) == 22
    assert {kill.die.partition(":")[0] for kill in kills} == {*MOMENTS, ""}

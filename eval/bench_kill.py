"""``make bench-kill``: a real service whose workers and servers are killed again and again (SIGKILL).

On SQLite with one worker that is started again, on Postgres with two; each at boundaries (before an artefact is
written, between artefact and job record, after that, before the queue knows) and at random moments, while meetings are
made from transcripts and from recordings and files are uploaded. Every meeting must end with the minutes of an
undisturbed run. The last line is JSON: ``kills``; ``lost``, meetings without their minutes and uploads that did not
arrive; ``redone``, artefacts that were made although they were finished.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from eval.killing.kills import WORKER, Kill, carry_out, plan
from eval.killing.scene import Outcome, Scene, open_scene
from eval.killing.sources import PART_SECONDS, Given, in_turn, large, recordings, transcripts
from eval.killing.uploads import upload_all
from eval.postgres import cluster, fresh_database

SEED = 20260302
BOUNDARIES, MOMENTS = 13, 9
"""Kills of workers on each database, at boundaries and at random moments."""
UPLOAD_KILLS = 3
FINISH_SECONDS = 180.0


def main() -> None:
    """Kills on both databases, and prints what it cost."""
    with tempfile.TemporaryDirectory(prefix="lihui-kill-") as name:
        folder = Path(name)
        given = (*transcripts(folder), *recordings(folder, (0.0, 60.0)))
        # What has to be uploaded lies beside what is there already.
        files = (large(given[-1], folder),)
        outcomes = [_on("sqlite", folder, None, 1, given, files)]
        with cluster() as server, fresh_database(server) as url:
            outcomes.append(_on("postgres", folder, url, 2, given, files))
    whole = {
        "kills": sum(outcome.kills for outcome in outcomes),
        "lost": sum(outcome.lost for outcome in outcomes),
        "redone": sum(outcome.redone for outcome in outcomes),
    }
    sys.stdout.write(json.dumps(whole) + "\n")


def _on(
    name: str,
    folder: Path,
    url: str | None,
    workers: int,
    given: Sequence[Given],
    files: Sequence[Given],
) -> Outcome:
    begun, scene = time.monotonic(), open_scene(folder / name, url)
    chance = random.Random(f"{SEED} {name}")
    kills = plan(BOUNDARIES, MOMENTS, chance)
    outcome = survive(scene, kills, workers, given, files, UPLOAD_KILLS, chance)
    scene.site.database.close()
    sys.stdout.write(
        f"{name}, {workers} at work: {outcome.kills} kills, {outcome.meetings} meetings, {outcome.kept} "
        f"artefacts kept, {outcome.lost} lost, {outcome.redone} redone, {time.monotonic() - begun:.0f} s\n"
    )
    sys.stdout.write(f"  at boundaries: {', '.join(outcome.died_at)}\n")
    sys.stdout.flush()
    return outcome


def survive(
    scene: Scene,
    kills: Sequence[Kill],
    workers: int,
    given: Sequence[Given],
    files: Sequence[Given],
    upload_kills: int,
    chance: random.Random,
) -> Outcome:
    """Carries out a plan of kills in a service, lets it finish, and counts.

    Args:
        scene: The service.
        kills: Of workers.
        workers: At a time.
        given: What meetings are made from.
        files: What is uploaded meanwhile.
        upload_kills: Kills of the server for each of them.
        chance: For what is left to it.
    """
    with ThreadPoolExecutor(1) as beside:
        uploads = beside.submit(upload_all, scene, files, upload_kills, chance)
        done = carry_out(scene, list(kills), workers, in_turn(tuple(given)))
        server_kills, lost = uploads.result()
    last = scene.process(WORKER, WATCHED_PART_SECONDS=str(PART_SECONDS))
    scene.finish(FINISH_SECONDS)
    last.terminate()
    last.wait()
    return scene.outcome(done + server_kills, lost)


if __name__ == "__main__":
    main()

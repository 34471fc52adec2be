"""Evaluations and prompts over HTTP, from folders as the evaluation writes them."""

import os
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from eval.pages import report_page
from eval.provenance import PromptUsed
from eval.report import Report, read_report
from eval.results import BASELINES
from pipeline.prompt import find_prompt
from pipeline.prompt_versions import versions
from pipeline.records.site import Site
from pipeline.web.app import make_app
from tests.web.askers import API, account, browser, guarded
from tests.web.conftest import LOCAL_URL


def write(folder: Path, report: Report, at: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(report.model_dump_json(), "utf-8")
    (folder / "report.html").write_text(report_page(report), "utf-8")
    case = folder / next(iter(report.cases))
    case.mkdir()
    (case / "case.html").write_text("<h1>a case</h1>", "utf-8")
    os.utime(folder / "report.json", (at, at))


@pytest.fixture
def accepted() -> Report:
    return read_report(BASELINES / "dev-rules.json")


@pytest.fixture
def measured(site: Site, tmp_path: Path, accepted: Report) -> Site:
    """Two evaluations, the newer one made with the prompts as they are; something damaged; a secret beside."""
    results = tmp_path / "eval-results"
    used = [find_prompt(task, {}) for task in ("read", "compose")]
    prompts = tuple(PromptUsed(name=prompt.name, sha256=prompt.sha256) for prompt in used)
    made = accepted.made.model_copy(update={"prompts": prompts})
    write(results / "基线 rules", accepted, 1_700_000_000)
    write(
        results / "asked", accepted.model_copy(update={"made": made, "failed": {"x": "away"}}), 1_800_000_000
    )
    (results / "damaged").mkdir()
    (results / "damaged" / "report.json").write_text("{", "utf-8")
    (tmp_path / "report.html").write_text("secret", "utf-8")
    (tmp_path / "case.html").write_text("secret", "utf-8")
    settings = site.settings.model_copy(update={"eval_results": results})
    return Site(settings, site.database, site.files, site.scratch)


@pytest.fixture
def client(measured: Site) -> TestClient:
    return TestClient(make_app(measured, local=True), base_url=LOCAL_URL)


def test_evaluations_are_listed_with_intervals(client: TestClient, accepted: Report) -> None:
    listed = client.get(f"{API}/evals").json()
    assert [run["name"] for run in listed["runs"]] == ["asked", "基线 rules"]
    assert listed["unreadable"] == ["damaged"]
    run = listed["runs"][1]
    measure = accepted.scores["all"]["actions.f1"]
    assert (run["suite"], run["scribe"], run["cases"], run["failed"]) == (
        "dev",
        "rules",
        len(accepted.cases),
        0,
    )
    assert run["scores"]["actions.f1"] == {
        "value": measure.value,
        "total": measure.total,
        "low": measure.low,
        "high": measure.high,
        "floor": measure.anchors.floor,
        "second": measure.anchors.second,
        "accepted": measure.anchors.baseline,
    }
    assert run["at"].startswith("2023-11-14")


def test_one_evaluation(client: TestClient, accepted: Report) -> None:
    run = client.get(f"{API}/evals/asked").json()
    assert set(run["groups"]) == {"all", "en", "zh"}
    assert run["failures"] == {"x": "away"}
    assert run["case_names"] == list(accepted.cases)
    assert [one["name"] for one in run["prompts"]] == ["read v1", "compose v1"]


def test_a_folder_that_is_itself_an_evaluation(measured: Site, accepted: Report) -> None:
    folder = measured.settings.eval_results / "asked"
    settings = measured.settings.model_copy(update={"eval_results": folder})
    site = Site(settings, measured.database, measured.files, measured.scratch)
    client = TestClient(make_app(site, local=True), base_url=LOCAL_URL)
    assert [run["name"] for run in client.get(f"{API}/evals").json()["runs"]] == ["asked"]
    shutil.rmtree(folder)
    assert client.get(f"{API}/evals").json() == {"runs": [], "unreadable": []}


def test_pages_may_run_and_load_nothing(client: TestClient) -> None:
    page = client.get(f"{API}/evals/基线 rules/report.html")
    assert "<h1>rules" in page.text
    policy = page.headers["content-security-policy"]
    assert "sandbox allow-same-origin;" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    case = client.get(
        f"{API}/evals/asked/{client.get(f'{API}/evals/asked').json()['case_names'][0]}/case.html"
    )
    assert case.text == "<h1>a case</h1>"
    assert case.headers["content-security-policy"] == policy


@pytest.mark.parametrize(
    "path",
    [
        "evals/..",
        "evals/%2e%2e",
        "evals/..%2f/report.html",
        "evals/%2e%2e/report.html",
        "evals/asked%2f..%2f../report.html",
        "evals/asked/%2e%2e/case.html",
        "evals/asked/..%2f../case.html",
        "evals/asked/report.json/case.html",
        "evals/asked/nothing/case.html",
        "evals/%00/report.html",
        "evals/damaged",
        "evals/damaged/report.html",
        "evals//report.html",
        "prompts/read/v99",
        "prompts/..%2fprompts%2fread/v1",
        "prompts/read/..%2factive.toml",
    ],
)
def test_no_path_leads_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_prompts_with_their_versions_and_last_scores(client: TestClient) -> None:
    tasks = {task["task"]: task["versions"] for task in client.get(f"{API}/prompts").json()}
    assert {"read", "compose", "judge", "reflect", "repair"} <= set(tasks)
    newest = tasks["read"][0]
    active = [version for version in tasks["read"] if version["active"]]
    assert [version["version"] for version in active] == [find_prompt("read", {}).version]
    assert (newest["released"], newest["altered"]) == (True, False)
    assert active[0]["last"]["name"] == "asked"
    assert active[0]["last"]["scores"]["actions.f1"]["low"] is not None
    assert tasks["judge"][0]["last"] is None
    whole = client.get(f"{API}/prompts/read/{newest['version']}").json()
    assert whole["sha256"] == newest["sha256"]
    assert "# zh system" in whole["text"]


def test_versions_that_were_altered_or_not_released_say_so(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    (folder / "read").mkdir(parents=True)
    prompt = find_prompt("read", {})
    text = next(v.text for v in versions() if v.prompt.name == prompt.name)
    for number in (1, 2, 10):
        (folder / "read" / f"v{number}.md").write_text(text, "utf-8")
    (folder / "read" / "draft.md").write_text("no prompt", "utf-8")
    (folder / "active.toml").write_text("read = 2\n", "utf-8")
    (folder / "released.toml").write_text(
        f'"read/v1.md" = "{"0" * 64}"\n"read/v2.md" = "{prompt.sha256}"\n', "utf-8"
    )
    found = [(v.prompt.version, v.active, v.released, v.altered) for v in versions(folder)]
    assert found == [("v10", False, False, False), ("v2", True, True, False), ("v1", False, True, True)]


def test_scores_are_for_everybody_and_meetings_for_those_who_see_all(measured: Site) -> None:
    viewer, admin = account(measured, "vera", "viewer"), account(measured, "ada", "admin")
    app = guarded(measured)
    case = next(iter(read_report(BASELINES / "dev-rules.json").cases))
    with browser(app, measured, viewer) as hers, browser(app, measured, admin) as adas:
        for path in ("evals", "evals/asked", "evals/asked/report.html", "prompts", "prompts/read/v1"):
            assert hers.get(f"{API}/{path}").status_code == 200
        assert hers.get(f"{API}/evals/asked/{case}/case.html").status_code == 403
        assert adas.get(f"{API}/evals/asked/{case}/case.html").status_code == 200

from pathlib import Path

from eval.tuning.drafts import Draft
from eval.tuning.written import diff, next_version


def test_a_diff_marks_what_was_taken_out_and_put_in() -> None:
    before = "Keep this line.\n宁可漏掉没有把握的，也绝不编造：每一条都要能用原话证明。\nGone."
    after = "Keep this line.\n宁可漏掉没有把握的，绝不编造：每一条都要能用一句原话证明。\nNew."
    told = diff(before, after)
    assert "Keep this line" not in told
    assert "~~也~~绝不编造" in told
    assert "**一句**原话" in told
    assert "~~Gone~~**New**." in told


def test_a_candidate_becomes_the_version_after_the_last(tmp_path: Path) -> None:
    assert next_version(tmp_path, Draft("read", "a")).name == "v1.md"
    for number in (2, 10):
        (tmp_path / f"v{number}.md").write_text(str(number))
    assert next_version(tmp_path, Draft("read", "a")).name == "v11.md"
    assert next_version(tmp_path, Draft("read", "2")).name == "v2.md"

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from pipeline.minutes import Minutes
from pipeline.render import render
from pipeline.transcript import Transcript
from tests.render.attack import poisoned
from tests.render.conftest import ZH_LINES, empty_minutes, transcript_of, zh_minutes

VOID = {"meta", "col", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """Elements with their attributes, and text by element id."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text += data

    def having(self, tag: str, name: str) -> list[str]:
        return [attrs[name] or "" for found, attrs in self.elements if found == tag and name in attrs]


def test_the_page_is_well_formed_and_tells_its_language(either: tuple[Minutes, Transcript]):
    page = Page(render(*either, "html"))
    assert page.open == []
    assert page.having("html", "lang") == ["zh-CN" if either[0].meeting.language == "zh" else "en"]


def test_every_mark_leads_to_its_line_and_carries_its_quote(zh: tuple[Minutes, Transcript]):
    page = Page(render(*zh, "html"))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    marks = [
        attrs for tag, attrs in page.elements if tag == "a" and (attrs.get("class") or "").startswith("mark")
    ]
    assert len(ids) == len(set(ids))
    assert len(marks) > 20
    assert all((mark["href"] or "").removeprefix("#") in ids for mark in marks)
    assert {"href": "#u9", "data-quote": ZH_LINES[9][1], "data-who": "王蕾"}.items() <= marks[1].items()
    assert "[36:49]" in page.text


def test_nothing_is_fetched_from_anywhere(either: tuple[Minutes, Transcript]):
    content = render(*either, "html").decode()
    page = Page(content.encode())
    assert not {"link", "img", "iframe", "object", "base"} & {tag for tag, _ in page.elements}
    assert all(target.startswith("#") for target in page.having("a", "href"))
    assert not page.having("script", "src")
    assert "@import" not in content
    assert "url(" not in content


def test_the_policy_allows_our_script_alone(zh: tuple[Minutes, Transcript]):
    content = render(*zh, "html").decode()
    scripts = re.findall(r"<script>(.*?)</script>", content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert len(scripts) == 1
    assert f"script-src 'sha256-{digest}'" in content


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "</title></style></script><svg onload=alert(1)>",
        "javascript:alert(1)",
        "{{ 7*7 }}{% raw %}",
        "]]><!--",
        "../../x",
    ],
)
def test_what_is_said_in_a_meeting_stays_text(zh: tuple[Minutes, Transcript], text: str):
    minutes, transcript = zh
    page = Page(render(poisoned(minutes, text), poisoned(transcript, text), "html"))
    tags = [tag for tag, _ in page.elements]
    assert page.open == []
    assert tags.count("script") == 1
    assert not {"img", "svg"} & set(tags)
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert all(target.startswith("#") for target in page.having("a", "href"))
    assert text in page.text


def test_words_the_minutes_rest_on_are_highlighted_in_the_transcript(zh: tuple[Minutes, Transcript]):
    minutes, transcript = zh
    evidence = minutes.decisions[0].evidence[0].model_copy(update={"quote": "主推满减"})
    sections = tuple(section.model_copy(update={"points": ()}) for section in minutes.sections)
    decisions = (minutes.decisions[0].model_copy(update={"evidence": (evidence,)}),)
    content = render(
        minutes.model_copy(update={"decisions": decisions, "sections": sections}), transcript, "html"
    )
    assert '大促<q class="cited">主推满减</q>，不做直降' in content.decode()


def test_without_times_lines_have_numbers():
    transcript = transcript_of(ZH_LINES, "zh", timed=False)
    page = Page(render(zh_minutes(transcript), transcript, "html"))
    assert "[#9]" in page.text
    assert not re.search(r"\[\d+:\d\d\]", page.text)


def test_evidence_beyond_the_transcript_is_no_link(zh: tuple[Minutes, Transcript]):
    minutes, transcript = zh
    short = transcript.model_copy(update={"utterances": transcript.utterances[:9]})
    page = Page(render(minutes, short, "html"))
    assert "#u9" not in page.having("a", "href")
    assert "[36:49]" in page.text


def test_an_empty_meeting_is_a_page_too():
    page = Page(render(empty_minutes("zh"), transcript_of([], "zh"), "html"))
    assert page.text.count("会议未涉及") == 6
    assert "transcript" not in page.having("details", "id")


def test_partial_minutes_begin_with_the_problems(en: tuple[Minutes, Transcript]):
    text = Page(render(*en, "html")).text
    assert text.index("Lines 40 to 60") < text.index("At a glance") < text.index("Decisions")

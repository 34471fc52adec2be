from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from pipeline.errors import UsageError
from pipeline.minutes import Action, CarryOver, Due, Minutes
from pipeline.render.words import words
from pipeline.sending import (
    Letter,
    Notice,
    OpenItem,
    as_chat,
    as_letter,
    chat_services,
    for_all,
    for_owner,
    for_reminder,
    owners,
)
from pipeline.sending.wording import wording
from pipeline.transcript import Transcript
from tests.render.attack import poisoned
from tests.render.conftest import empty_minutes, transcript_of
from tests.sending.conftest import TODAY, Meeting

LINK = "https://lihui.example.com/meetings/42"


class Page(HTMLParser):
    """What a mail program would make of a letter: its elements, what they load, and its text."""

    def __init__(self, letter: Letter) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(letter.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        assert not any(name.startswith("on") or name in ("src", "srcset", "background") for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def without_files(notice: Notice) -> Letter:
    """The letter alone: files take their time, and have tests of their own."""
    return as_letter(replace(notice, source=None))


def page(notice: Notice) -> Page:
    return Page(without_files(notice))


def tasks(notice: Notice) -> list[tuple[str, str]]:
    return [(group.owner, entry.task) for group in notice.groups for entry in group.entries]


def test_everybody_is_told_decisions_and_items_by_owner(zh: Meeting):
    notice = for_all(*zh, today=TODAY, link=LINK)
    assert notice.subject == "会议纪要：电商运营周例会（2026-03-02）"
    assert notice.decisions == ("三八大促主推满减，不做直降",)
    assert tasks(notice) == [
        ("陈涛", "补齐退货入口的埋点"),
        ("陈涛", "上线退货自助入口"),
        ("王蕾", "把预算表发给大家"),
        ("未指定负责人", "按法务意见修改海报"),
    ]
    assert notice.lead == "1 项决定、4 项待办"
    letter = as_letter(notice)
    assert [file.name for file in letter.attachments] == ["minutes.docx", "deadlines.ics"]
    for form in (letter.text, Page(letter).text):
        assert "2026-03-06（周五）" in form
        assert "明天到期" in form
        assert "未定" in form
        assert "“尽快”" in form
        assert "deadlines.ics：2 个截止日期" in form


def test_each_owner_is_told_their_own(zh: Meeting):
    assert owners(zh[0]) == ("陈涛", "小李", "王蕾")
    told = {owner: tasks(for_owner(*zh, owner, today=TODAY)) for owner in owners(zh[0])}
    assert told == {
        "陈涛": [("陈涛", "补齐退货入口的埋点"), ("陈涛", "上线退货自助入口")],
        "小李": [("小李", "补齐退货入口的埋点")],
        "王蕾": [("王蕾", "把预算表发给大家")],
    }
    helper = as_letter(for_owner(*zh, "小李", today=TODAY))
    assert "您协办，负责人：陈涛" in helper.text
    assert "王蕾" not in helper.text
    assert "三八大促主推满减" not in helper.html


def test_without_a_day_there_is_no_calendar(zh: Meeting):
    letter = as_letter(for_owner(*zh, "王蕾", today=TODAY))
    assert [file.name for file in letter.attachments] == ["minutes.docx"]
    assert "deadlines.ics" not in letter.text


def test_who_owns_nothing_is_told_nothing(zh: Meeting):
    with pytest.raises(UsageError, match="李静 has no action item"):
        for_owner(*zh, "李静", today=TODAY)


@pytest.mark.parametrize(
    ("today", "urgency", "remark"),
    [
        (date(2026, 3, 2), "later", None),
        (date(2026, 3, 3), "soon", "due in 3 days"),
        (date(2026, 3, 5), "soon", "due tomorrow"),
        (date(2026, 3, 6), "today", "due today"),
        (date(2026, 3, 7), "overdue", "1 day overdue"),
        (date(2026, 3, 9), "overdue", "3 days overdue"),
    ],
)
def test_how_a_deadline_lies_to_today(en: Meeting, today: date, urgency: str, remark: str | None):
    entry = for_all(*en, today=today).groups[0].entries[0]
    assert (entry.due, entry.urgency, entry.remark) == ("2026-03-06 (Fri)", urgency, remark)


def test_what_was_done_or_dropped_is_nobodys_work(zh: Meeting):
    minutes, transcript = zh
    carried = tuple(
        CarryOver(id=f"p{i}", task=status, owner="李静", status=status)
        for i, status in enumerate(("done", "dropped", "in_progress", "not_mentioned"))
    )
    notice = for_all(minutes.model_copy(update={"carry_over": carried}), transcript, today=TODAY)
    assert [task for owner, task in tasks(notice) if owner == "李静"] == ["in_progress", "not_mentioned"]


def test_incomplete_minutes_say_so_and_claim_nothing(en: Meeting):
    minutes = en[0].model_copy(update={"actions": (), "carry_over": (), "decisions": ()})
    letter = as_letter(for_all(minutes, en[1], today=TODAY))
    for form in (letter.text, Page(letter).text):
        assert "These minutes are incomplete" in form
        assert "Lines 40 to 60 could not be read." in form
        assert form.count("None in the part of the meeting that was read.") == 2
        assert "No decisions were made" not in form


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_meeting_without_anything_can_be_sent(language: str):
    notice = for_all(empty_minutes(language), transcript_of([], language), today=TODAY)
    letter = as_letter(notice)
    assert letter.subject == words("zh" if language == "zh" else "en")["document.title"]
    assert [file.name for file in letter.attachments] == ["minutes.docx"]
    assert all(as_chat(notice, service).lines == () for service in chat_services())


def test_a_reminder_tells_the_most_urgent_first_and_leaves_the_rest_out():
    items = [
        OpenItem(id="3", task="Later", due=date(2026, 3, 20)),
        OpenItem(id="2", task="Soon", due=date(2026, 3, 8), meeting="Weekly operations"),
        OpenItem(id="1", task="Late", due=date(2026, 3, 1)),
        OpenItem(id="4", task="Some day"),
    ]
    notice = for_reminder("Tom Stone", items, "en", today=TODAY, link=LINK)
    assert notice.subject == "Reminder: 1 overdue, 1 due soon"
    assert [(entry.task, entry.remark) for entry in notice.groups[0].entries] == [
        ("Late", "4 days overdue"),
        ("Soon", "due in 3 days"),
    ]
    letter = as_letter(notice)
    assert letter.attachments == ()
    assert "from Weekly operations" in letter.text
    assert LINK in Page(letter).links


def test_nothing_due_is_no_reminder():
    with pytest.raises(UsageError, match="Nothing of Tom Stone is due"):
        for_reminder("Tom Stone", [OpenItem(id="1", task="x", due=date(2027, 1, 1))], "en", today=TODAY)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://x.example.com",
        "https://",
        "https://a b.example.com",
        "https://x.example.com/\n",
        "//x",
        "https://u:p@x.example.com",
        "https://[x",
    ],
)
def test_a_link_leads_to_the_web(en: Meeting, link: str):
    with pytest.raises(UsageError, match="A link in a message"):
        for_all(*en, today=TODAY, link=link)


def test_a_link_cannot_end_itself(en: Meeting):
    link = 'https://x.example.com:8443/a)b]c"d>e|f g?q=纪要'
    assert (
        for_all(*en, today=TODAY, link=link.replace(" ", "")).link
        == "https://x.example.com:8443/a%29b%5Dc%22d%3Ee%7Cfg?q=%E7%BA%AA%E8%A6%81"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "a\r\nBcc: eve@example.com\r\n\r\n<b>",
        "{{ 7*7 }}",
        "\u202egpj.exe\x00\x1b[31m",
        "W" * 10_000,
    ],
)
def test_text_of_a_meeting_is_text_everywhere(either: Meeting, hostile: str):
    harmless = page(for_all(*either, today=TODAY, link=LINK))
    minutes, transcript = poisoned(either[0], hostile), poisoned(either[1], hostile)
    notices = [
        for_all(minutes, transcript, today=TODAY, link=LINK),
        *(for_owner(minutes, transcript, owner, today=TODAY, link=LINK) for owner in owners(minutes)),
        for_reminder(
            hostile, [OpenItem(id="1", task=hostile, due=TODAY, meeting=hostile)], "zh", today=TODAY
        ),
    ]
    for notice in notices:
        letter = without_files(notice)
        assert set(page(notice).elements) <= set(harmless.elements)
        assert set(page(notice).links) <= {LINK}
        assert letter.subject.isprintable()
        assert len(letter.subject) < 300
        assert max(map(len, letter.text.splitlines())) < 1000
        assert not {"\r", "\x00", "\x1b", "\u202e"} & set(letter.text + letter.html)


def test_letters_load_nothing(either: Meeting):
    letter = as_letter(for_all(*either, today=TODAY, link=LINK))
    assert not {"img", "link", "script", "iframe", "object"} & set(Page(letter).elements)
    assert Page(letter).links == [LINK]
    assert "url(" not in letter.html
    assert letter.html.count("http") == 1


def test_minutes_in_their_own_language(en: Meeting, zh: Meeting):
    assert '<html lang="en">' in as_letter(for_all(*en, today=TODAY)).html
    assert '<html lang="zh-CN">' in as_letter(for_all(*zh, today=TODAY)).html


def test_both_catalogues_have_the_same_keys_and_braces():
    zh, en = wording("zh").phrases, wording("en").phrases
    assert zh.keys() == en.keys()
    braces = {key: {part.split("}")[0] for part in phrase.split("{")[1:]} for key, phrase in zh.items()}
    assert braces == {
        key: {part.split("}")[0] for part in phrase.split("{")[1:]} for key, phrase in en.items()
    }


def test_hundreds_of_items_stay_readable_by_mail_programs(en: Meeting):
    minutes, transcript = en
    many = crowded(minutes, transcript, 100)
    letter = without_files(for_all(*many, today=TODAY))
    # Gmail cuts a page off after 102 KB.
    assert len(letter.html.encode()) < 102_000


def crowded(minutes: Minutes, transcript: Transcript, count: int) -> Meeting:
    """The same meeting with many items of many owners."""
    actions = tuple(
        Action(
            id=f"a{i}",
            task=f"Look after case number {i} and tell the others",
            owner=f"Person {i % 20}",
            due=Due(on=TODAY),
        )
        for i in range(count)
    )
    return minutes.model_copy(update={"actions": actions}), transcript

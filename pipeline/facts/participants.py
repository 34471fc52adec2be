"""Who took part: the ``--participants`` flag, or a file.

The flag takes names with commas between them; in brackets after a name come its aliases with slashes between
them and, after a semicolon, the department::

    王蕾(王总/蕾姐;运营部), 陈涛(陈工), 客服组(;客服部)
    Anna Reed (Anna; Finance), Tom Stone

A file is one of: text with one such name a line; CSV with the columns name, aliases, title, department
(姓名, 别名, 职务, 部门); JSON or YAML with a list of names or of
``{name, aliases, title, department}``, alone or under ``participants`` as in a meeting file.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from pipeline.errors import MeetingError
from pipeline.facts.structured import parsed, text_of, wrong_key
from pipeline.meeting import Participant

_NAME = re.compile(r"\s*(?P<name>[^()（）]+?)\s*(?:[(（](?P<known>[^()（）]*)[)）])?\s*")
_BETWEEN_NAMES = re.compile(r"[,，、;；\n](?![^()（）]*[)）])")
_BETWEEN_ALIASES = re.compile(r"[/、,，|]")
_COLUMNS = {
    "name": ("name", "姓名", "名字", "参会人", "participant"),
    "aliases": ("aliases", "alias", "别名", "称呼", "昵称"),
    "title": ("title", "role", "职务", "职位", "岗位"),
    "department": ("department", "dept", "team", "部门", "组"),
}
_FILES = (".csv", ".tsv", ".json", ".yaml", ".yml", ".txt")


def read_participants(names_or_path: str | Path) -> tuple[Participant, ...]:
    """The roster from names as the flag takes them, or from a file with such a name.

    Raises:
        MeetingError: A file is missing or has a syntax error, or brackets are open.
    """
    text = str(names_or_path)
    path = Path(text)
    if isinstance(names_or_path, Path) or text.lower().endswith(_FILES) or _is_file(path):
        return _unique(_from_file(path))
    return _unique(_named(part) for part in _BETWEEN_NAMES.split(text) if part.strip())


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a long list of names is no path a file system takes
        return False


def _from_file(path: Path) -> Iterator[Participant]:
    text = text_of(path)
    extension = path.suffix.lower()
    if extension in (".json", ".yaml", ".yml"):
        yield from _from_list(parsed(text, path), path)
    elif extension in (".csv", ".tsv"):
        yield from _from_table(text, path)
    else:
        for line in text.splitlines():
            yield from (_named(part) for part in _BETWEEN_NAMES.split(line) if part.strip())


def _named(text: str) -> Participant:
    found = _NAME.fullmatch(text)
    if found is None:
        raise MeetingError(
            f'"{text.strip()[:60]}" is no participant; write 陈涛(陈工;产品部) or Anna Reed (Anna; Finance).'
        )
    aliases, _, department = re.sub("[；]", ";", found["known"] or "").partition(";")
    return Participant(name=found["name"], aliases=_aliases(aliases), department=department.strip() or None)


def _aliases(text: str) -> tuple[str, ...]:
    return tuple(alias.strip() for alias in _BETWEEN_ALIASES.split(text) if alias.strip())


def _from_list(content: object, path: Path) -> Iterator[Participant]:
    if isinstance(content, dict):
        content = cast("dict[object, object]", content).get("participants")
    if not isinstance(content, list):
        raise MeetingError(f"{path.name} holds no list of participants.")
    for index, entry in enumerate(cast("list[object]", content)):
        if isinstance(entry, str):
            yield _named(entry)
            continue
        try:
            yield Participant.model_validate(entry)
        except ValidationError as error:
            raise wrong_key(path, error, ("participants", index)) from error


def _from_table(text: str, path: Path) -> Iterator[Participant]:
    head = text.split("\n", 1)[0]
    delimiter = max("\t;,", key=head.count)
    try:
        rows = list(csv.reader(StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise MeetingError(f"{path.name} has a syntax error: {error}.") from error
    columns = [_column(cell) for cell in rows[0]] if rows else []
    if "name" not in columns:
        raise MeetingError(f'{path.name} has no column "name" (姓名) in its first line.')
    for row in rows[1:]:
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
        if cells.get("name"):
            yield Participant(
                name=cells["name"],
                aliases=_aliases(cells.get("aliases", "").replace(";", "/").replace("；", "/")),
                title=cells.get("title") or None,
                department=cells.get("department") or None,
            )


def _column(cell: str) -> str | None:
    heading = cell.strip().casefold()
    return next((column for column, headings in _COLUMNS.items() if heading in headings), None)


def _unique(participants: Iterable[Participant]) -> tuple[Participant, ...]:
    """The first of each name: a list pasted twice is one roster."""
    roster: dict[str, Participant] = {}
    for participant in participants:
        roster.setdefault(participant.name, participant)
    return tuple(roster.values())

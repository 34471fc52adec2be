"""JSON and YAML files that people write by hand: read, and blamed precisely when they are wrong."""

import json
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import MeetingError
from pipeline.importers.encoding import decode


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030.

    Raises:
        MeetingError: The file is missing or no text.
    """
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise MeetingError(f"{path} cannot be read: {error.strerror}.") from error
    if text is None:
        raise MeetingError(f"{path.name} is not text in UTF-8, UTF-16 or GB18030; save it as UTF-8.")
    return text


def parsed(text: str, path: Path) -> object:
    """What a JSON or YAML text holds: JSON where it begins like it, YAML else.

    Raises:
        MeetingError: A syntax error, with its line and column.
    """
    import yaml

    try:
        if path.suffix.lower() == ".json" or (
            path.suffix.lower() not in (".yaml", ".yml") and text[:1] in "{["
        ):
            return json.loads(text)
        return yaml.safe_load(text)
    except json.JSONDecodeError as error:
        raise _syntax(path, error.lineno, error.colno, error.msg) from error
    except yaml.MarkedYAMLError as error:
        mark, problem = error.problem_mark, error.problem or "cannot be read"
        raise _syntax(path, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, problem) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise MeetingError(f"{path.name} is neither JSON nor YAML that can be read.") from error


def wrong_key(path: Path, error: ValidationError, inside: tuple[str | int, ...] = ()) -> MeetingError:
    """One sentence about the first value of a file that has the wrong type."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in (*inside, *first["loc"])) or "the file"
    return MeetingError(f"{path.name}: {where}: {first['msg'].removeprefix('Value error, ')}.")


def _syntax(path: Path, line: int, column: int, problem: str) -> MeetingError:
    what = " ".join(problem.split()).rstrip(".")
    return MeetingError(f"{path.name} has a syntax error in line {line}, column {column}: {what}.")

"""What may stand in a request: lines without control characters, ids that fit the tables, addresses of people."""

from typing import Annotated

from fastapi import Path
from pydantic import StringConstraints

MOST_ID = 2**31 - 1

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
"""One line of text: neither a NUL, which Postgres refuses, nor a line break, which ends a header."""
Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
"""Where a program of others is reached: some services give addresses of several hundred characters."""
Email = Annotated[
    str,
    StringConstraints(
        max_length=200, pattern=r"^[^\s\x00-\x1f\x7f@<>(),:;\"\\]+@[^\s\x00-\x1f\x7f@<>(),:;\"\\]+$"
    ),
]
Id = Annotated[int, Path(ge=1, le=MOST_ID)]

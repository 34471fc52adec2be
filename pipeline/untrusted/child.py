"""The child's side: it limits itself, opens one file and says on stdout what came of it.

It bounds what a file can use up. It is no wall against a file that takes over the decoder: such code runs with
the rights of the server's user, and only a container or another user stands in its way.
"""

import errno
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import cast

from pydantic import TypeAdapter

from pipeline.audio import join
from pipeline.errors import MinutesError
from pipeline.importers import read_transcript
from pipeline.recording import RecordingInfo, probe
from pipeline.transcript import Language, Transcript
from pipeline.untrusted.bounds import Bounds
from pipeline.untrusted.messages import Crashed, Decoded, Made, Message, Ready, Refused, Share

# A recording of twelve hours is decoded in millions of pieces; nobody looks that often.
_STEP = 0.001

Say = Callable[[Message], None]


def main(arguments: Sequence[str]) -> int:
    """Does what one command line asks: a verb, the bounds as JSON, and the verb's own arguments.

    ``probe FILE``, ``decode FOLDER FILE…``, ``read-transcript LANGUAGE FILE``; the language may be "".
    """
    verb, bounds, *rest = arguments
    bounds = TypeAdapter(Bounds).validate_json(bounds)
    say = _mouth()
    _limit(bounds)
    _end_with_parent(Path(rest[0]) if verb == "decode" else None)
    _load_decoder(verb)
    say(Ready())
    say(_outcome(verb, rest, bounds, say))
    return 0


def _outcome(verb: str, rest: Sequence[str], bounds: Bounds, say: Say) -> Message:
    try:
        return Made(result=_result(verb, rest, say))
    except MinutesError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EFBIG:
            return Crashed(where=f"it wrote more than {bounds.written_megabytes} MB")
        return Refused.model_validate({"error": type(error).__name__, "sentence": str(error)})
    except Exception as error:  # noqa: BLE001 - the edge of this process: memory that ran out is among them
        return Crashed(where=f"{type(error).__name__} {_place(error)}")


def _result(verb: str, rest: Sequence[str], say: Say) -> RecordingInfo | Decoded | Transcript:
    if verb == "probe":
        return probe(Path(rest[0]))
    if verb == "decode":
        folder, *sources = map(Path, rest)
        return Decoded(seconds=join(tuple(sources), folder, progress=_shares(say)).seconds)
    language, source = rest
    return read_transcript(Path(source), language=cast(Language, language) if language else None)


def _mouth() -> Say:
    """Says messages on stdout, which nothing else in this process can reach any more."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(message: Message) -> None:
        out.write(message.model_dump_json().encode() + b"\n")
        out.flush()

    return say


def _shares(say: Say) -> Callable[[float], None]:
    """Says a share that has grown enough to be looked at."""
    told = -1.0

    def tell(share: float) -> None:
        nonlocal told
        if share - told >= _STEP or told < share == 1.0:
            told = share
            say(Share(share=share))

    return tell


def _limit(bounds: Bounds) -> None:
    """Gives up for good what this process may not use."""
    # The parent ends this process. A signal to all processes of a service is no fault of the file.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_CPU: ceil(time.process_time() + bounds.seconds),
        resource.RLIMIT_FSIZE: bounds.written_megabytes << 20,
        resource.RLIMIT_NOFILE: bounds.open_files,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform != "darwin":
        limits[resource.RLIMIT_AS] = bounds.megabytes << 20
    for what, most in limits.items():
        allowed = resource.getrlimit(what)[1]
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(what, (most, most))


def _end_with_parent(scratch: Path | None) -> None:
    """Ends this process, and removes what it wrote so far, when the parent is gone: it holds our stdin open."""

    def wait() -> None:
        os.read(0, 1)
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _load_decoder(verb: str) -> None:
    """Loads what a recording needs, so that memory too small for the program is not blamed on the file."""
    if verb != "read-transcript":
        import av

        del av


def _place(error: BaseException) -> str:
    """File and line where an error arose."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"at {Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""

"""The official weights of Whisper: their names, where they lie on this machine, and how they get there."""

import os
import tempfile
import urllib.error
import urllib.request
from hashlib import file_digest
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from pipeline.errors import BackendError

MODELS = (
    *("tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium"),
    *("large-v1", "large-v2", "large-v3", "large", "large-v3-turbo", "turbo"),
)
"""The official names, here so that a wrong one is told without loading torch."""
_FILE_OF = {"large": "large-v3", "turbo": "large-v3-turbo"}
_HOST = "https://openaipublic.azureedge.net/main/whisper/"
_REACH_SECONDS = 3.0


def is_path(model: str) -> bool:
    """Whether a model is given by its file and not by name."""
    return model.endswith(".pt") or "/" in model or "\\" in model


def weights_path(model: str) -> Path:
    """Where the weights of an official model lie, or the path itself."""
    if is_path(model):
        return Path(model).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "whisper" / f"{_FILE_OF.get(model, model)}.pt"


def weights_present(model: str) -> bool:
    """Whether the weights are on this machine; their checksum is looked at when they are loaded."""
    return weights_path(model).is_file()


def can_be_fetched() -> bool:
    """Whether the place the official weights come from answers within three seconds."""
    answers: Queue[bool] = Queue()

    def ask() -> None:
        request = urllib.request.Request(_HOST, method="HEAD")
        try:
            urllib.request.urlopen(request, timeout=_REACH_SECONDS).close()
        except urllib.error.HTTPError:
            answers.put(True)  # the server is there, it only lists no folders
        except OSError:
            answers.put(False)
        else:
            answers.put(True)

    # A thread, because no time limit holds for the resolution of names.
    Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=_REACH_SECONDS)
    except Empty:
        return False


def fetch(model: str) -> Path:
    """Fetches the weights of an official model; openai-whisper shows size and progress on stderr.

    Returns:
        Where they lie now. Weights that are there and right are not fetched again.

    Raises:
        BackendError: They cannot be fetched, or a file that is not the official one lies in their place.
    """
    import whisper  # pyright: ignore[reportMissingTypeStubs]

    url = whisper._MODELS[model]  # pyright: ignore[reportPrivateUsage] - the table has no public name
    to = weights_path(model)
    if to.exists():
        _refuse_wrong(to, checksum=url.split("/")[-2])
        return to
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        # openai-whisper writes in place: a broken download must not be taken for the weights.
        with tempfile.TemporaryDirectory(dir=to.parent) as folder:
            whisper._download(url, folder, in_memory=False)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]
            (Path(folder) / to.name).replace(to)
    except (OSError, RuntimeError) as error:
        raise BackendError(
            f"The weights of whisper:{model} cannot be fetched ({error}). With a connection, run "
            f"`lihui doctor --fetch whisper:{model}`, or copy the file to {to}."
        ) from error
    return to


def _refuse_wrong(path: Path, checksum: str) -> None:
    """Raises BackendError for a file that is not the official one; it is never overwritten."""
    with path.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != checksum:
            raise BackendError(
                f"{path} is not the official file (its checksum differs): remove it and run again, or, if it "
                f"is a checkpoint of your own, give it by its path as --asr whisper:{path}."
            )

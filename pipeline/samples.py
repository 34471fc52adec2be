"""The sample meetings that come with the program."""

from pathlib import Path

from pipeline.errors import EnvironmentProblem


def sample_folder(name: str) -> Path:
    """Folder of a sample meeting: inside the installed package, else in the repository.

    Raises:
        EnvironmentProblem: It is in neither.
    """
    package = Path(__file__).parent
    for folder in (package / "_samples" / name, package.parent / "audio_samples" / name):
        if folder.is_dir():
            return folder
    raise EnvironmentProblem(f"The sample meeting {name} is not installed.")

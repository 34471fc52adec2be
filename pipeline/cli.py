"""The command `lihui`. Heavy parts are imported inside the commands: `lihui --help` answers at once."""

import io
import os
import sys
from typing import Any

import typer

from eval.cli import app as eval_app
from pipeline.commands.backup import backup, restore
from pipeline.commands.doctor import doctor
from pipeline.commands.due import due
from pipeline.commands.options import sentence_of
from pipeline.commands.run import demo, run
from pipeline.commands.serve import serve
from pipeline.commands.transcribe import transcribe
from pipeline.commands.users import users
from pipeline.commands.worker import worker
from pipeline.errors import MinutesError
from pipeline.screen import Screen

# typer carries click inside and gives its usage error no public name.
_UsageError: Any = typer.BadParameter.__base__

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="lihui",
    help="From the recording or transcript of an operations regular meeting (运营例会) to minutes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, transcribe, demo, serve, worker, backup, restore, due, doctor):
    app.command()(command)
app.add_typer(users)
app.add_typer(eval_app, name="eval")


def main() -> None:
    """Runs the command and turns every failure into one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Minutes are Chinese as well as English, whatever the terminal was set up for.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        error.show()
        code = error.exit_code
    except (MinutesError, OSError) as error:
        Screen(quiet=True).fail(sentence_of(error))
        code = error.exit_code if isinstance(error, MinutesError) else EXIT_FAILED
    except (typer.Abort, KeyboardInterrupt):
        code = EXIT_INTERRUPTED
    if code == EXIT_INTERRUPTED:  # typer turns Ctrl-C into this code, or into Abort
        Screen(quiet=True).warn("Stopped. What was finished is kept: the same command goes on from there.")
        sys.stdout.flush()
        # A client's thread may still wait for a language model's answer: nobody waits for it.
        os._exit(EXIT_INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()

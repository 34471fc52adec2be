"""A short meeting as the files that meeting software writes."""

from pathlib import Path

LINES = (
    ("Anna Reed", "Good morning everyone, the purpose of this meeting is to look at last week's sales."),
    ("Tom Stone", "Revenue was 120 thousand dollars last week, up 5 percent on the week before."),
    ("Anna Reed", "Tom, please send the new price list to all shops by Friday."),
    ("Tom Stone", "Sure, I will send the price list by Friday."),
    ("Anna Reed", "Then it is decided: we open the second shop in April."),
)


def vtt(to: Path, lines: tuple[tuple[str, str], ...] = LINES) -> Path:
    """The meeting as Zoom writes it, ten seconds a line."""
    cues = [
        f"{10 * n // 60:02}:{10 * n % 60:02}.000 --> {10 * n // 60:02}:{10 * n % 60 + 8:02}.000\n<v {who}>{text}"
        for n, (who, text) in enumerate(lines)
    ]
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n", encoding="utf-8")
    return to


def txt(to: Path) -> Path:
    """The meeting as ``Name: text``, without times."""
    to.write_text("\n".join(f"{who}: {text}" for who, text in LINES), encoding="utf-8")
    return to

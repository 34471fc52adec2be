"""Times within a recording, as they are shown to a person."""


def clock(seconds: float) -> str:
    """``12:34``, from one hour on ``1:02:03``; a part of a second does not count."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

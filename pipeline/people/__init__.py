"""Who is who: the roster, what people are called, and who took work on."""

from pipeline.people.mention import Mention
from pipeline.people.roster import Match, Roster

__all__ = ["Match", "Mention", "Roster"]

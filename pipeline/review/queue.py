"""What is still to be looked at, the doubtful first."""

from pipeline.minutes import CarryOver
from pipeline.review.review import Review, named_in
from pipeline.review.things import first_said, named_rows


def unreviewed(review: Review) -> tuple[str, ...]:
    """Names of the items that nobody has accepted or rejected, in the order to look at them.

    First come those with low support: what they say does not all stand in their quotes, a check complains about
    them, or their line was corrected and has their quote no more. Both parts go through the meeting as it was
    held; what nobody mentioned comes last.
    """
    waiting = {standing.item for standing in review.standings if standing.state == "unreviewed"}
    doubtful = {*review.misquoted, *(named_in(check) for check in review.minutes.checks)}

    def order(ref: str) -> tuple[bool, bool, int]:
        row = rows[ref]
        low = ref in doubtful or (not isinstance(row, CarryOver) and row.support == "near")
        said = first_said(row)
        return not low, said is None, said or 0

    rows = dict(named_rows(review.minutes))
    return tuple(sorted((ref for ref in rows if ref in waiting), key=order))


def share_reviewed(review: Review) -> float:
    """Share of the items that somebody accepted or rejected, 0 to 1; 1 where there are none."""
    looked_at = sum(standing.state != "unreviewed" for standing in review.standings)
    return looked_at / len(review.standings) if review.standings else 1.0

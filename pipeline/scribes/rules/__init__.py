"""The scribe that is always there: lexicons, small linear models and rules; no language model, no network.

    lines      the transcript cut into utterances and clauses, with the cues of the lexicon
    kinds      a section for every utterance
    spans      which utterances make up one item        -> items    decisions, actions, issues, feedback
    joining    which pieces of talk are one action
    deadlines  which of the dates said_dates finds around an action is its own
    wording    the words an item is written with
    figures    KPIs        carry_over   open items of last time      telling   purpose, reports, remarks
    sections   the six sections of the minutes

The models' weights are arrays made by ``python -m eval.train`` from meetings written for this project.
"""

from pipeline.meeting import Meeting
from pipeline.minutes import Action, CarryOver, Composed, Reading
from pipeline.protocols import Work
from pipeline.scribes.rules.carry_over import follow_up
from pipeline.scribes.rules.figures import find_kpis
from pipeline.scribes.rules.items import find_actions, find_decisions, find_feedback, find_issues, same_words
from pipeline.scribes.rules.kinds import label
from pipeline.scribes.rules.linear import load_weights
from pipeline.scribes.rules.lines import read_lines
from pipeline.scribes.rules.sections import compose_sections
from pipeline.scribes.rules.telling import find_purpose, find_remarks, find_reports
from pipeline.transcript import Language, Transcript


class RulesScribe:
    """Reads a meeting without a language model. When unsure it leaves out."""

    name = "rules"
    depends_on: tuple[str, ...] = ()

    def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
        """Labels every utterance and finds all items; takes time linear in the number of utterances."""
        weights = load_weights(transcript.language)
        lines = read_lines(transcript)
        kinds, _ = label(lines, weights)
        work.progress(0.3)
        carry_over = follow_up(lines, kinds, meeting)
        actions = find_actions(lines, kinds, meeting, weights)
        work.progress(0.6)
        return Reading(
            kinds=kinds,
            purpose=find_purpose(lines, kinds),
            decisions=find_decisions(lines, meeting, weights),
            actions=_without_open_items(actions, carry_over, transcript.language),
            kpis=find_kpis(lines, weights.linear["figures"]),
            issues=find_issues(lines, meeting, weights),
            reports=find_reports(lines, kinds, meeting),
            feedback=find_feedback(lines, meeting, weights),
            remarks=find_remarks(lines),
            carry_over=carry_over,
        )

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting, work: Work) -> Composed:
        """Writes the six sections out of what was said in them."""
        del meeting, work
        return Composed(sections=compose_sections(read_lines(transcript), reading))


def _without_open_items(
    actions: tuple[Action, ...], carry_over: tuple[CarryOver, ...], language: Language
) -> tuple[Action, ...]:
    """Leaves out what only follows up an item of last time: that stands in its own table."""
    followed = [(c.task, {e.utterance for e in c.evidence}) for c in carry_over if c.evidence]
    return tuple(
        action
        for action in actions
        if not any(
            same_words(action.task, task, language) and ids & {e.utterance for e in action.evidence}
            for task, ids in followed
        )
    )

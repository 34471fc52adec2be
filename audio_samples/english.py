"""An English operations weekly of four people, with other names, dates, figures and tasks in every variant.

The words were chosen by ear: these voices say them and the built-in recogniser hears them nearly word for
word. It hears "know" for "no, make it", "first day" for a last "Thursday", "send" for "thank" before a name,
"minds" and "tens" for the ninth and the tenth: such words are avoided where a date or a name hangs on them.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from talk import Line, Talk, evidence, sections

from eval.cases import Gold, GoldAction, GoldCarryOver, GoldDecision, GoldFeedback, GoldIssue, GoldKpi
from pipeline.meeting import Meeting, OpenAction, Participant

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
ORDINALS = {11: "eleventh", 12: "twelfth", 14: "fourteenth", 15: "fifteenth", 16: "sixteenth"} | {
    17: "seventeenth",
    18: "eighteenth",
    19: "nineteenth",
    20: "twentieth",
}

# The pools of the variants; what Choices has by default is the sample.
MEETINGS = (
    (date(2026, 3, 2), "spring sale"),
    (date(2026, 6, 1), "summer sale"),
    (date(2026, 9, 1), "autumn sale"),
    (date(2026, 11, 3), "winter sale"),
)
MEN = (
    "David Miller",
    "Robert Hall",
    "Michael Brown",
    "Daniel Green",
    "Kevin Moore",
    "Richard Young",
)
WOMEN = ("Susan Clark", "Barbara Scott", "Jennifer Adams", "Jessica King")
SALES = (("four hundred and twenty thousand", "420000"), ("three hundred and fifty thousand", "350000"))
GROWTH = (("five", "5"), ("six", "6"), ("seven", "7"))
CONVERSION = (
    ("three point one", "3.1", "three point five", "0.4"),
    ("two point six", "2.6", "two point nine", "0.3"),
)
CUSTOMERS = (("nine hundred", "900"), ("six hundred", "600"))
PUNCTUAL = (("eighty nine", "89"), ("eighty five", "85"))
CHANGED_DAYS = (
    ("Tuesday", "Wednesday"),
    ("Tuesday", "Friday"),
    ("Wednesday", "Friday"),
    ("Monday", "Wednesday"),
)
CORRECTION = ("actually, make it", "sorry, I mean")
SUPPLIER = ("call the supplier", "talk to the supplier")
PRICES = ("send a price list to all our stores", "prepare the price list", "finish the price list")
LETTER = ("write a letter to our customers", "write a message to our customers")
EQUIPMENT = ("check the safety equipment", "check the delivery trucks")
PICTURES = ("find a photographer", "find a hotel for the team meeting")
BUDGET = ("prepare the budget for the next quarter", "prepare the contract for the bank")
PAYMENT = ("test the new payment system", "test the new telephone system")


@dataclass(frozen=True)
class Choices:
    """What differs from one variant to the next; the defaults are the sample itself.

    Attributes:
        held_on: The meeting day, in the first week of a month.
        sale: What is being prepared for the first of the next month.
        people: Who chairs, and who speaks for sales, the warehouse and customer service.
        revenue: Sales in dollars, spoken and in digits; so are the figures that follow.
        growth: Of sales, in percent.
        conversion: Rate and the rate before, in percent, each spoken; in digits the rate and its fall.
        customers: New ones.
        punctual: Share of deliveries on time, in percent.
        days: Deadlines of the supplier, the printer, the prices and the pictures.
        changed: The day first said for the equipment and the day that replaces it.
        correction: The words between the two.
        ordinals: Days of the month of the training, the budget, the payment test and the review.
        supplier: The task of that name; so are the others.
    """

    held_on: date = MEETINGS[0][0]
    sale: str = MEETINGS[0][1]
    people: tuple[str, str, str, str] = ("David Miller", "Robert Hall", "Michael Brown", "Susan Clark")
    revenue: tuple[str, str] = SALES[0]
    growth: tuple[str, str] = GROWTH[0]
    conversion: tuple[str, str, str, str] = CONVERSION[0]
    customers: tuple[str, str] = CUSTOMERS[0]
    punctual: tuple[str, str] = PUNCTUAL[0]
    days: tuple[str, str, str, str] = ("Wednesday", "Friday", "Monday", "Friday")
    changed: tuple[str, str] = CHANGED_DAYS[0]
    correction: str = CORRECTION[0]
    ordinals: tuple[int, int, int, int] = (20, 15, 12, 16)
    supplier: str = SUPPLIER[0]
    prices: str = PRICES[0]
    letter: str = LETTER[0]
    equipment: str = EQUIPMENT[0]
    pictures: str = PICTURES[0]
    budget: str = BUDGET[0]
    payment: str = PAYMENT[0]

    @property
    def first_names(self) -> tuple[str, ...]:
        """What the four call each other."""
        return tuple(name.split()[0] for name in self.people)

    def month(self, ahead: int = 0) -> str:
        """Name of the meeting's month, or of one after it."""
        return calendar.month_name[(self.held_on.month - 1 + ahead) % 12 + 1]

    def by(self, day: str) -> date:
        """The first such weekday after the meeting day."""
        ahead = (WEEKDAYS.index(day) - self.held_on.weekday() - 1) % 7 + 1
        return self.held_on + timedelta(days=ahead)

    def by_next(self, day: str) -> date:
        """Such a weekday in the week after the meeting's week."""
        return self.held_on + timedelta(days=7 - self.held_on.weekday() + WEEKDAYS.index(day))

    def on_the(self, ordinal: int) -> date:
        """A day of the meeting's month."""
        return self.held_on.replace(day=ordinal)

    def month_end(self) -> date:
        """The last day of the meeting's month."""
        return self.held_on.replace(day=calendar.monthrange(self.held_on.year, self.held_on.month)[1])


def choose(variant: int) -> Choices:
    """Variant 1 is the sample; every other number picks from the pools, the same each time."""
    if variant == 1:
        return Choices()
    dice = Random(variant)
    held_on, sale = dice.choice(MEETINGS)
    chair, sales, warehouse = dice.sample(MEN, 3)
    supplier, printer, pictures = (dice.choice(("Wednesday", "Friday")) for _ in range(3))
    training, budget, payment, review = dice.sample(sorted(ORDINALS), 4)
    return Choices(
        held_on=held_on,
        sale=sale,
        people=(chair, sales, warehouse, dice.choice(WOMEN)),
        revenue=dice.choice(SALES),
        growth=dice.choice(GROWTH),
        conversion=dice.choice(CONVERSION),
        customers=dice.choice(CUSTOMERS),
        punctual=dice.choice(PUNCTUAL),
        days=(supplier, printer, dice.choice(("Monday", "Wednesday")), pictures),
        changed=dice.choice(CHANGED_DAYS),
        correction=dice.choice(CORRECTION),
        ordinals=(training, budget, payment, review),
        supplier=dice.choice(SUPPLIER),
        prices=dice.choice(PRICES),
        letter=dice.choice(LETTER),
        equipment=dice.choice(EQUIPMENT),
        pictures=dice.choice(PICTURES),
        budget=dice.choice(BUDGET),
        payment=dice.choice(PAYMENT),
    )


def english(variant: int = 1) -> Talk:
    """The whole meeting of one variant."""
    c = choose(variant)
    lines = (*_opening(c), *_numbers(c), *_reports(c), *_problems(c), *_plans(c), *_tasks(c), *_closing(c))
    gold = _gold(c, lines, _actions(c, lines, takers_known=False))
    return Talk(
        meeting=_meeting(c, "en-weekly" if variant == 1 else f"en-weekly-{variant}"),
        lines=lines,
        gold=gold,
        gold_with_speakers=_gold(c, lines, _actions(c, lines, takers_known=True)),
        voices=tuple(zip(c.people, ("rms", "awb", "kal16", "slt"), strict=True)),
    )


def _meeting(c: Choices, name: str) -> Meeting:
    roles = ("Head of operations", "Sales manager", "Warehouse manager", "Head of customer service")
    departments = ("Operations", "Sales", "Warehouse", "Customer service")
    return Meeting(
        id=name,
        language="en",
        title="Weekly operations meeting",
        held_on=c.held_on,
        series="operations-weekly",
        cadence_days=7,
        timezone="America/New_York",
        country="US",
        participants=tuple(
            Participant(name=person, aliases=(first,), title=role, department=department)
            for person, first, role, department in zip(
                c.people, c.first_names, roles, departments, strict=True
            )
        ),
        open_actions=(
            OpenAction(
                id="p1",
                task="Train the new drivers",
                owner=c.people[2],
                due=c.held_on - timedelta(days=3),
                slips=1,
            ),
            OpenAction(
                id="p2",
                task="Publish the new return policy",
                owner=c.people[1],
                due=c.held_on - timedelta(days=4),
            ),
        ),
    )


def _opening(c: Choices) -> tuple[Line, ...]:
    chair, sales, warehouse, service = c.people
    one, two, three, four = c.first_names
    return (
        Line(
            chair,
            "purpose",
            f"Good morning everyone, this is {one}. Welcome to our weekly operations meeting.",
        ),
        Line(sales, "purpose", f"Good morning, this is {two} from sales."),
        Line(warehouse, "purpose", f"Good morning, this is {three} from the warehouse."),
        Line(service, "purpose", f"Hello, this is {four} from customer service."),
        Line(
            chair,
            "purpose",
            "The purpose of this meeting is to review the numbers of last week, solve the problem with late "
            f"deliveries, and agree on the plan for the {c.sale}.",
        ),
        Line(chair, "purpose", "Please keep your reports short."),
    )


def _numbers(c: Choices) -> tuple[Line, ...]:
    chair, sales, warehouse, _ = c.people
    return (
        Line(chair, "data", "Let us begin with the numbers of last week."),
        Line(
            sales,
            "data",
            f"Last week sales were {c.revenue[0]} dollars, {c.growth[0]} percent more than the week before.",
            ("sales",),
        ),
        Line(
            sales,
            "data",
            f"The conversion rate was {c.conversion[0]} percent, down from {c.conversion[2]} percent.",
            ("conversion",),
        ),
        Line(sales, "data", f"We had {c.customers[0]} new customers.", ("customers",)),
        Line(
            warehouse,
            "data",
            f"On time delivery was {c.punctual[0]} percent, against a target of ninety five percent.",
            ("punctual",),
        ),
        Line(
            warehouse,
            "data",
            "The average delivery cost was six dollars, down ten percent from last year.",
            ("cost",),
        ),
        Line(sales, "data", "Customer satisfaction was ninety two percent last month.", ("satisfaction",)),
    )


def _reports(c: Choices) -> tuple[Line, ...]:
    chair, sales, warehouse, service = c.people
    _, two, three, _ = c.first_names
    training = f"the {ORDINALS[c.ordinals[0]]} of {c.month()}"
    return (
        Line(chair, "reports", "Next are the reports from every department."),
        Line(
            chair,
            "reports",
            f"Last time {two} promised to publish the new return policy. Is that finished?",
            ("p2",),
        ),
        Line(sales, "reports", "Yes, the new policy was published on Thursday.", ("p2",)),
        Line(chair, "reports", f"{three}, what about the training for the new drivers?", ("p1",)),
        Line(warehouse, "reports", "The training is not finished yet. We need more time.", ("p1",)),
        Line(warehouse, "reports", f"The training will be on {training}.", ("p1",)),
        Line(chair, "reports", f"Okay, the driver training moves to {training}.", ("p1",)),
        Line(sales, "reports", "In sales, we opened two stores and signed a contract with the bank."),
        Line(
            warehouse,
            "reports",
            "In the warehouse, we counted all the products and installed the new computers.",
        ),
        Line(service, "reports", "In customer service, we have three new people."),
    )


def _problems(c: Choices) -> tuple[Line, ...]:
    chair, sales, warehouse, _ = c.people
    three = c.first_names[2]
    return (
        Line(chair, "issues", "Let us talk about the problems."),
        Line(
            warehouse,
            "issues",
            "The main problem is late deliveries. The orders leave the warehouse too late, because "
            "the supplier is slow.",
            ("late",),
        ),
        Line(sales, "issues", "That is why some customers cancel the order.", ("late",)),
        Line(chair, "issues", f"{three}, can you {c.supplier} by {c.days[0]}?", ("supplier", "late")),
        Line(warehouse, "issues", f"Yes, I will {c.supplier}.", ("supplier", "late")),
        Line(sales, "issues", "Maybe we could look for a second supplier in Canada."),
        Line(chair, "issues", "Maybe another time."),
        Line(
            warehouse,
            "issues",
            "Another problem is our printer. It stops working every day.",
            ("old-printer",),
        ),
        Line(
            chair, "issues", f"Can somebody order a new printer by {c.days[1]}?", ("printer", "old-printer")
        ),
        Line(sales, "issues", "I'll take that.", ("printer", "old-printer")),
    )


def _plans(c: Choices) -> tuple[Line, ...]:
    chair, sales, warehouse, _ = c.people
    start = f"the first of {c.month(1)}"
    return (
        Line(chair, "plans", "Now the plan for the next weeks."),
        Line(sales, "plans", f"The {c.sale} could start on {start}.", ("start",)),
        Line(warehouse, "plans", "That works for the warehouse.", ("start",)),
        Line(chair, "plans", f"Good. We have decided that the {c.sale} will start on {start}.", ("start",)),
        Line(chair, "plans", "We also agree that we will not raise our prices this year.", ("no-raise",)),
        Line(sales, "plans", "Yes, I agree.", ("no-raise",)),
    )


def _tasks(c: Choices) -> tuple[Line, ...]:
    chair, sales, warehouse, service = c.people
    _, two, three, four = c.first_names
    wrong, right = c.changed
    _, budget, payment, review = (ORDINALS[day] for day in c.ordinals)
    return (
        Line(chair, "plans", f"{two} will {c.prices} by {c.days[2]}.", ("prices",)),
        Line(chair, "plans", f"{four}, please {c.letter} by the end of {c.month()}.", ("letter",)),
        Line(service, "plans", "Yes, I can do that.", ("letter",)),
        Line(
            chair,
            "plans",
            f"{three}, please {c.equipment} by next {wrong}, {c.correction} {right}.",
            ("equipment",),
        ),
        Line(warehouse, "plans", "Okay.", ("equipment",)),
        Line(chair, "plans", f"Can somebody {c.pictures} by next {c.days[3]}?", ("pictures",)),
        Line(warehouse, "plans", "I'll do it.", ("pictures",)),
        Line(chair, "plans", f"Who will {c.budget} by the {budget} of {c.month()}?", ("budget",)),
        Line(sales, "plans", "I'll take that.", ("budget",)),
        Line(chair, "plans", f"{four}, can you also change the website?"),
        Line(service, "plans", "No, I have no time for that."),
        Line(chair, "plans", "Okay, then we do not change the website."),
        Line(chair, "plans", f"{four} will {c.payment} by the {payment} of {c.month()}.", ("payment",)),
        Line(chair, "plans", f"We will review this plan on the {review} of {c.month()}."),
    )


def _closing(c: Choices) -> tuple[Line, ...]:
    chair, sales, _, service = c.people
    return (
        Line(
            chair,
            "feedback",
            f"To sum up, the {c.sale} will start on the first of {c.month(1)}, and our prices stay the same.",
            ("start", "no-raise"),
        ),
        Line(
            chair,
            "feedback",
            f"{c.first_names[2]} and his team did a great job.",
            ("praise",),
        ),
        Line(sales, "feedback", "The meeting was short and clear. I liked it very much.", ("liked",)),
        Line(
            service, "feedback", "Next time, please send the numbers before the meeting.", ("numbers-before",)
        ),
        Line(chair, "feedback", "Good idea. Thank you all. The meeting is closed."),
    )


def _actions(c: Choices, lines: tuple[Line, ...], *, takers_known: bool) -> tuple[GoldAction, ...]:
    """The eight actions; who says "I'll take that" is their owner once voices are told apart."""
    _, sales, warehouse, service = c.people
    _, budget, payment, _ = c.ordinals
    return tuple(
        GoldAction(
            task=task[0].upper() + task[1:],
            owner=owner,
            due=due,
            due_phrase=phrase,
            evidence=evidence(lines, key),
        )
        for key, task, owner, due, phrase in (
            ("supplier", c.supplier, warehouse, c.by(c.days[0]), f"by {c.days[0]}"),
            (
                "printer",
                "order a new printer",
                sales if takers_known else None,
                c.by(c.days[1]),
                f"by {c.days[1]}",
            ),
            ("prices", c.prices, sales, c.by(c.days[2]), f"by {c.days[2]}"),
            ("letter", c.letter, service, c.month_end(), f"by the end of {c.month()}"),
            ("equipment", c.equipment, warehouse, c.by_next(c.changed[1]), f"{c.correction} {c.changed[1]}"),
            (
                "pictures",
                c.pictures,
                warehouse if takers_known else None,
                c.by_next(c.days[3]),
                f"by next {c.days[3]}",
            ),
            ("budget", c.budget, sales if takers_known else None, c.on_the(budget), _by_the(c, budget)),
            ("payment", c.payment, service, c.on_the(payment), _by_the(c, payment)),
        )
    )


def _by_the(c: Choices, ordinal: int) -> str:
    return f"by the {ORDINALS[ordinal]} of {c.month()}"


def _gold(c: Choices, lines: tuple[Line, ...], actions: tuple[GoldAction, ...]) -> Gold:
    def proof(key: str) -> tuple[int, ...]:
        return evidence(lines, key)

    three = c.first_names[2]
    return Gold(
        sections=sections(lines),
        purpose=f"Review last week's numbers, solve the late deliveries, agree on the plan for the {c.sale}",
        decisions=(
            GoldDecision(
                text=f"The {c.sale} will start on the first of {c.month(1)}", evidence=proof("start")
            ),
            GoldDecision(text="Prices will not be raised this year", evidence=proof("no-raise")),
        ),
        actions=actions,
        kpis=_kpis(c, lines),
        issues=(
            GoldIssue(
                problem="Late deliveries: orders leave the warehouse too late because the supplier is slow",
                solution=f"{three} will {c.supplier}",
                evidence=proof("late"),
            ),
            GoldIssue(
                problem="The printer stops working every day",
                solution="Order a new printer",
                evidence=proof("old-printer"),
            ),
        ),
        feedback=(
            GoldFeedback(
                kind="praise", text=f"{three} and his team did a great job", evidence=proof("praise")
            ),
            GoldFeedback(kind="feedback", text="The meeting was short and clear", evidence=proof("liked")),
            GoldFeedback(
                kind="suggestion",
                text="Send the numbers before the meeting",
                evidence=proof("numbers-before"),
            ),
        ),
        carry_over=(
            GoldCarryOver(id="p1", status="redated", new_due=c.on_the(c.ordinals[0]), evidence=proof("p1")),
            GoldCarryOver(id="p2", status="done", evidence=proof("p2")),
        ),
    )


def _kpis(c: Choices, lines: tuple[Line, ...]) -> tuple[GoldKpi, ...]:
    return tuple(
        GoldKpi(
            metric=metric,
            value=value,
            period=period,
            change=change,
            basis=basis,
            evidence=evidence(lines, key),
        )
        for key, metric, value, period, change, basis in (
            ("sales", "Sales", f"{c.revenue[1]} dollars", "last week", f"+{c.growth[1]}%", "pop"),
            (
                "conversion",
                "Conversion rate",
                f"{c.conversion[1]}%",
                "last week",
                f"-{c.conversion[3]} points",
                "pop",
            ),
            ("customers", "New customers", c.customers[1], "last week", None, None),
            ("punctual", "On time delivery", f"{c.punctual[1]}%", "last week", None, "target"),
            ("cost", "Average delivery cost", "6 dollars", "last week", "-10%", "yoy"),
            ("satisfaction", "Customer satisfaction", "92%", "last month", None, None),
        )
    )

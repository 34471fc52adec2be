"""English numerals and what each is worth, for whoever reads figures, dates or claims."""

_FROM_ONE = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_FROM_FIRST = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_FROM_TWENTY = "twenty thirty forty fifty sixty seventy eighty ninety"

CARDINALS = {word: n for n, word in enumerate(_FROM_ONE.split(), 1)}
"""One to nineteen."""

TENS = {word: 10 * n for n, word in enumerate(_FROM_TWENTY.split(), 2)}
"""Twenty to ninety."""

ORDINALS = {word: n for n, word in enumerate(_FROM_FIRST.split(), 1)} | {"twentieth": 20, "thirtieth": 30}
"""The days of a month that are said in one word."""

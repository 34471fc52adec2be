from pipeline.backends.pronounce import pronounce

WORDS = {"mari": "M AA R IY", "sol": "S AA L", "mar": "M AA R", "is": "IH Z", "ol": "OW L", "a": "AH"}


def test_the_fewest_words_that_spell_a_name_say_it() -> None:
    assert pronounce("marisol", WORDS.get) == "M AA R IY S AA L"


def test_a_word_of_the_dictionary_is_itself() -> None:
    assert pronounce("sol", WORDS.get) == "S AA L"


def test_a_name_that_no_words_spell_has_no_pronunciation() -> None:
    assert pronounce("zhenyu", WORDS.get) is None
    assert pronounce("sola", WORDS.get) is None  # single letters are no pieces: they would spell anything
    assert pronounce("", WORDS.get) is None

import pytest

from pipeline.errors import TranscriptError
from tests.importers.conftest import Import, turns

CHINESE = "王蕾：大家好，今天过一下上周的转化率。\n陈涛：好的，三点一个百分点。\n王蕾：行。\n"
ENGLISH = "Tom: Good morning.\nAnna: It’s 3.1 percent – café sales.\nTom: Fine.\n"


@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_recognised_with_and_without_its_mark(imported: Import, text: str, encoding: str):
    assert turns(imported("a.txt", text.encode(encoding))) == turns(imported("b.txt", text))


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "gb2312"])
def test_chinese_code_pages_are_recognised(imported: Import, encoding: str):
    assert turns(imported("a.txt", CHINESE.encode(encoding)))[0] == (
        "王蕾",
        "大家好，今天过一下上周的转化率。",
    )


@pytest.mark.parametrize(
    "content",
    [
        "会議を始めましょう、田中さん。売上は三パーセント増えました。".encode("shift_jis"),
        "大家好，我們開始開會，請說明轉換率。".encode("big5"),
        "It’s 3.1 percent – “café” sales, naïve résumé".encode("cp1252"),
        CHINESE.encode()[:-5] + b"\xff\xfe\xfd",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"ID3\x03\x00\x00\x00\x00\x00\x00some audio",
        bytes(range(256)) * 4,
    ],
)
def test_other_encodings_and_binaries_are_refused_instead_of_garbled(imported: Import, content: bytes):
    with pytest.raises(TranscriptError, match=r"a\.txt is not text in UTF-8"):
        imported("a.txt", content)

import pytest

from pipeline.errors import UsageError
from pipeline.sending import place_of, shown

WORKFLOW = (
    "/workflows/643e69f83c89/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWb"
)


@pytest.mark.parametrize(
    ("given", "channel", "address"),
    [
        (" anna@example.com ", "mail", "anna@example.com"),
        ("Anna.O'Neil+x@EXAMPLE.com", "mail", "Anna.O'Neil+x@example.com"),
        ("li@例子.cn", "mail", "li@xn--fsqu00a.cn"),
        ("feishu://abc-DEF_1", "feishu", "feishu://abc-DEF_1"),
        ("feishu://S3cret@abc", "feishu", "feishu://S3cret@abc"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/abc-DEF_1", "feishu", "feishu://abc-DEF_1"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/abc-DEF", "lark", "lark://abc-DEF"),
        ("https://oapi.dingtalk.com/robot/send?access_token=abc", "dingtalk", "dingtalk://abc"),
        ("dingtalk://SEC123@abc/", "dingtalk", "dingtalk://SEC123@abc"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=aB_c-d", "wecom", "wecombot://aB_c-d"),
        ("https://hooks.slack.com/services/T01/B01/x01", "slack", "slack://T01/B01/x01"),
        ("https://hooks.slack-gov.com/services/T01/B01/x01", "slack", "slack://T01/B01/x01?mode=gov-hook"),
        ("workflows://X.logic.azure.com/643e/KOD", "teams", "workflow://x.logic.azure.com/643e/KOD?ver=2016-06-01&pa=no"),
        (f"https://x.logic.azure.com:443{WORKFLOW}", "teams", "workflow://x.logic.azure.com/643e69f83c89/KODuebWb?ver=2016-06-01&pa=no"),
        (
            f"https://x.13.environment.api.powerplatform.com/powerautomate/automations/direct/cu/12{WORKFLOW}",
            "teams",
            "workflow://x.13.environment.api.powerplatform.com/643e69f83c89/KODuebWb?ver=2016-06-01&pa=yes&route=12",
        ),
    ],
)  # fmt: skip
def test_every_spelling_of_a_place_is_one_place(given: str, channel: str, address: str):
    place = place_of(given)
    assert (place.channel, place.address.get_secret_value()) == (channel, address)
    assert place_of(address) == place


@pytest.mark.parametrize("service", ["feishu", "lark", "dingtalk"])
def test_a_signing_secret_can_be_given_apart(service: str):
    assert place_of(f"{service}://abc", "S3cret") == place_of(f"{service}://S3cret@abc")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "json://localhost",
        "dbus://",
        "syslog://",
        "mailto://user:pass@example.com",
        "msteams://a/b/c/d",
        "https://example.com/hook",
        "http://open.feishu.cn/open-apis/bot/v2/hook/abc",
        "https://open.feishu.cn.evil.example.com/open-apis/bot/v2/hook/abc",
        "https://evil.example.com/.logic.azure.com",
    ],
)
def test_other_services_are_refused_in_one_sentence(address: str):
    with pytest.raises(UsageError) as raised:
        place_of(address)
    assert (
        str(raised.value)
        == "Messages go to mailboxes and to robots of Feishu, Lark, DingTalk, WeCom, Slack, Teams only."
    )


@pytest.mark.parametrize(
    "address",
    [
        "feishu://", "feishu://s3cret!", "feishu://s3cret?verify=no", "feishu://s3cret/more", "feishu://s3cret#x",
        "feishu://a:b@s3cret", "feishu://s3cret:80", "feishu://[::1", "feishu://s3cret?:x=1", "feishu://s3 cret",
        "https://open.feishu.cn/other/s3cret", "dingtalk://s3cret/13800000000", "dingtalk://s-3cret",
        "wecombot://s3cret?key=other", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=s3cret&debug=1",
        "slack://xoxb-1-2-s3cret/general", "slack://T01/B01/s3cret/general", "slack://T01/B01/s3cret#general",
        "slack://T01/B01/s3cret?template=file:///etc/passwd", "slack://T01/B01/s3cret?mode=bot",
        "https://hooks.slack.com/triggers/T01/1/s3cret",
        "workflows://evil.example.com/643e/s3cret", "workflows://logic.azure.com.evil.example.com/643e/s3cret",
        "workflows://127.0.0.1/643e/s3cret", "workflows://x.logic.azure.com:99999/643e/s3cret",
        "workflows://x.logic.azure.com/643e/s3cret?template=https://evil.example.com/x",
        "workflows://x.logic.azure.com/643e",
    ],
)  # fmt: skip
def test_an_address_that_asks_for_more_is_refused_without_telling_it(
    address: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    with pytest.raises(UsageError, match=r"^This is not the address of a \w+ robot\.$"):
        place_of(address)
    assert "s3cret" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("address", ["slack://bot@T01/B01/x01", "wecombot://me@abc"])
def test_only_some_services_sign(address: str):
    with pytest.raises(UsageError, match="does not sign requests"):
        place_of(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "a b@example.com",
        "Anna <anna@example.com>",
        "a@b@c",
        "anna@example.com\r\nBcc: eve@example.com",
        "李@example.com",
        "anna@exa mple.com",
        "anna@-x.com",
        "anna@x..com",
        "a@b.com,c@d.com",
        "anna..reed@example.com",
        ".anna@example.com",
        "anna.@example.com",
    ],
)
def test_what_is_no_mailbox(address: str):
    with pytest.raises(UsageError, match="A mail address looks like"):
        place_of(address)


def test_a_place_is_shown_without_its_secrets():
    robot = place_of("dingtalk://SEC0123456789@0123456789abcdef")
    assert (shown(robot), shown(robot, "zh")) == ("DingTalk …cdef", "钉钉 …cdef")
    assert shown(place_of("slack://T0123456/B0123456/topsecret")) == "Slack …3456"
    assert shown(place_of("workflows://x.logic.azure.com/0123456789/topsecret")) == "Teams …6789"
    assert shown(place_of("wecombot://abc")) == "WeCom …"
    assert shown(place_of("anna@example.com")) == "anna@example.com"
    assert "SEC" not in repr(robot) + str(robot) + robot.model_dump_json()

"""The requests that the chat services document, as strict models: an unknown key or a missing one fails.

feishu: open.feishu.cn, "use custom bots in a chat"; dingtalk: open.dingtalk.com, "custom robot access"; wecom:
developer.work.weixin.qq.com, document 91770; slack: "sending messages using incoming webhooks", Block Kit; teams:
"post a workflow when a webhook request is received", Adaptive Cards 1.4.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Documented(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FeishuText(Documented):
    tag: Literal["text"]
    text: str


class FeishuLink(Documented):
    tag: Literal["a"]
    text: str
    href: str


class FeishuPost(Documented):
    title: str
    content: list[list[FeishuText | FeishuLink]] = Field(min_length=1)


class FeishuLanguages(Documented):
    zh_cn: FeishuPost | None = None
    en_us: FeishuPost | None = None


class FeishuContent(Documented):
    post: FeishuLanguages


class Feishu(Documented):
    timestamp: str | None = None
    sign: str | None = None
    msg_type: Literal["post"]
    content: FeishuContent


class DingTalkMarkdown(Documented):
    title: str = Field(min_length=1)
    text: str


class DingTalk(Documented):
    msgtype: Literal["markdown"]
    markdown: DingTalkMarkdown


class WeComMarkdown(Documented):
    content: str


class WeCom(Documented):
    msgtype: Literal["markdown"]
    markdown: WeComMarkdown


class SlackHeaderText(Documented):
    type: Literal["plain_text"]
    text: Annotated[str, Field(min_length=1, max_length=150)]
    emoji: bool


class SlackHeader(Documented):
    type: Literal["header"]
    text: SlackHeaderText


class SlackSectionText(Documented):
    type: Literal["mrkdwn"]
    text: Annotated[str, Field(min_length=1, max_length=3000)]


class SlackSection(Documented):
    type: Literal["section"]
    text: SlackSectionText


class Slack(Documented):
    text: str
    blocks: list[Annotated[SlackHeader | SlackSection, Field(discriminator="type")]] = Field(max_length=50)


class TextBlock(Documented):
    type: Literal["TextBlock"]
    text: str = Field(min_length=1)
    wrap: bool
    size: Literal["Large"] | None = None
    weight: Literal["Bolder"] | None = None
    color: Literal["Warning"] | None = None
    spacing: Literal["None", "Small", "Medium"] | None = None
    separator: bool | None = None


class OpenUrl(Documented):
    type: Literal["Action.OpenUrl"]
    title: str
    url: str


class FullWidth(Documented):
    width: Literal["full"]


class Card(Documented):
    schema_: str = Field(alias="$schema")
    type: Literal["AdaptiveCard"]
    version: Literal["1.4"]
    body: list[TextBlock] = Field(min_length=1)
    actions: list[OpenUrl] | None = None
    msteams: FullWidth


class CardAttachment(Documented):
    content_type: Literal["application/vnd.microsoft.card.adaptive"] = Field(alias="contentType")
    content_url: None = Field(alias="contentUrl")
    content: Card


class Teams(Documented):
    type: Literal["message"]
    attachments: list[CardAttachment] = Field(min_length=1, max_length=1)

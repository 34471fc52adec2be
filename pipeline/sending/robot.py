"""Robots of chat groups: apprise knows what their addresses look like and where the services listen.

Its plugins are asked to read and check an address, and for their endpoint. They do not send: they take an error
that comes with status 200 for success, and more (docs/decisions/sending.md).
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from pipeline.errors import UsageError

Service = Literal["feishu", "lark", "dingtalk", "wecom", "slack", "teams"]

NAMES: Mapping[Service, str] = {
    "feishu": "Feishu",
    "lark": "Lark",
    "dingtalk": "DingTalk",
    "wecom": "WeCom",
    "slack": "Slack",
    "teams": "Teams",
}

# Microsoft's hosts for workflows; any other would let an address make this machine call whomever it likes.
TEAMS_HOSTS = (".logic.azure.com", ".logic.azure.us", ".logic.azure.cn", ".api.powerplatform.com")

_SCHEMAS: Mapping[str, Service] = {
    "feishu": "feishu",
    "lark": "lark",
    "dingtalk": "dingtalk",
    "wecombot": "wecom",
    "slack": "slack",
    "workflow": "teams",
    "workflows": "teams",
}
# What may stand behind the question mark. apprise would also read files ("template"), skip the check of
# certificates ("verify") and more.
_QUERY: Mapping[Service, frozenset[str]] = {
    "slack": frozenset({"mode"}),
    "teams": frozenset({"api-version", "ver", "sp", "sv", "sig", "pa", "route"}),
}
_FEISHU = re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)/?", re.ASCII)
_DINGTALK = re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)", re.ASCII)
_WORD = re.compile(r"[\w-]+", re.ASCII)

# A logger outside of the tree: apprise warns with the wrong token in full.
_SILENT = logging.Logger("apprise")
_SILENT.disabled = True


@dataclass(frozen=True)
class Robot:
    """One robot as it is called.

    Attributes:
        service: Whose.
        url: Where to post, tokens included.
        secret: With which requests are signed; None where they are not.
        tokens: Everything in the address that nobody else may see.
    """

    service: Service
    url: str
    secret: str | None
    tokens: tuple[str, ...]


def service_of(address: str) -> Service:
    """Whose address it is.

    Raises:
        UsageError: It is of none of the services.
    """
    scheme, _, rest = address.partition("://")
    host = re.split(r"[/?#:]", rest, maxsplit=1)[0].lower()
    service = _of_host(host) if scheme.lower() == "https" else _SCHEMAS.get(scheme.lower())
    if service is None:
        raise UsageError(f"Messages go to mailboxes and to robots of {', '.join(NAMES.values())} only.")
    return service


def canonical(service: Service, address: str, secret: str | None = None) -> str:
    """The one spelling of a robot's address, in apprise's form.

    Raises:
        UsageError: It is not complete, or asks for more than sending a message.
    """
    plugin = _plugin(service, _apprise_form(address))
    signed = secret or plugin.user
    if service in ("feishu", "lark", "dingtalk"):
        if signed and not _WORD.fullmatch(signed):
            raise _no_address(service)
        return f"{service}://{f'{signed}@' if signed else ''}{plugin.token}"
    if signed:
        raise UsageError(f"{NAMES[service]} does not sign requests.")
    if service == "wecom":
        return f"wecombot://{plugin.key}"
    if service == "slack":
        mode = "?mode=gov-hook" if plugin.mode == "gov-hook" else ""
        return f"slack://{plugin.token_a}/{plugin.token_b}/{plugin.token_c}{mode}"
    port = f":{plugin.port}" if plugin.port not in (None, 443) else ""
    query = {"ver": plugin.api_version, "pa": "yes" if plugin.power_automate else "no"}
    route = {"route": plugin.routing_id} if plugin.routing_id else {}
    host = plugin.host.lower()
    return f"workflow://{host}{port}/{plugin.workflow}/{plugin.signature}?{urlencode(query | route)}"


def robot_of(service: Service, address: str) -> Robot:
    """The robot behind an address that ``canonical`` made."""
    plugin = _plugin(service, address)
    if service in ("feishu", "dingtalk"):
        url = plugin.notify_url.format(token=plugin.token).rstrip("/")
        return Robot(service, url, plugin.user, _tokens(plugin.token, plugin.user))
    if service == "lark":
        return Robot(service, plugin.webhook_url, plugin.user, _tokens(plugin.token, plugin.user))
    if service == "wecom":
        return Robot(service, plugin.api_url, None, _tokens(plugin.key))
    if service == "slack":
        base = plugin.webhook_gov_url if plugin.mode == "gov-hook" else plugin.webhook_url
        parts = (plugin.token_a, plugin.token_b, plugin.token_c)
        return Robot(service, "/".join((base, *parts)), None, _tokens(*parts))
    return Robot(service, _workflow_url(plugin), None, _tokens(plugin.workflow, plugin.signature))


def tail(service: Service, address: str) -> str:
    """Four characters of an address that tell robots of one service apart, and open none."""
    parts = urlsplit(address)
    token = parts.path.split("/")[1] if service in ("slack", "teams") else parts.netloc.rpartition("@")[2]
    return token[-4:] if len(token) >= 8 else ""


def _of_host(host: str) -> Service | None:
    known: Mapping[str, Service] = {
        "open.feishu.cn": "feishu",
        "open.larksuite.com": "lark",
        "oapi.dingtalk.com": "dingtalk",
        "qyapi.weixin.qq.com": "wecom",
        "hooks.slack.com": "slack",
        "hooks.slack-gov.com": "slack",
    }
    return "teams" if host.endswith(TEAMS_HOSTS) else known.get(host)


def _apprise_form(address: str) -> str:
    """Feishu's and DingTalk's own addresses in apprise's form, which it does not know itself."""
    if found := _FEISHU.fullmatch(address):
        return f"feishu://{found[1]}"
    if found := _DINGTALK.fullmatch(address):
        return f"dingtalk://{found[1]}"
    return address


def _plugin(service: Service, address: str) -> Any:
    """The plugin of apprise for an address, which has been checked by it and by us."""
    from apprise.exception import AppriseImproperlyConfigured

    native = address.lower().startswith("https://")
    # Before apprise sees it: some options make it read files or call other hosts.
    if not _asks_nothing_more(service, address, native=native):
        raise _no_address(service)
    kind = _kind(service)
    try:
        read = kind.parse_native_url(address) if native else kind.parse_url(address)
        plugin = kind(**read) if read else None
    except (AppriseImproperlyConfigured, ValueError, TypeError) as error:
        raise _no_address(service) from error
    if plugin is None or not _is_plain(service, plugin):
        raise _no_address(service)
    return plugin


def _asks_nothing_more(service: Service, address: str, *, native: bool) -> bool:
    try:
        parts = urlsplit(address)
        asked = parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        return False
    allowed = frozenset({"key"}) if native and service == "wecom" else _QUERY.get(service, frozenset())
    return not parts.fragment and address.isprintable() and asked.keys() <= allowed


def _kind(service: Service) -> Any:
    """The class of apprise for a service, made silent."""
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.lark import NotifyLark
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.wecombot import NotifyWeComBot
    from apprise.plugins.workflows import NotifyWorkflows

    kinds: Mapping[Service, type] = {
        "feishu": NotifyFeishu,
        "lark": NotifyLark,
        "dingtalk": NotifyDingTalk,
        "wecom": NotifyWeComBot,
        "slack": NotifySlack,
        "teams": NotifyWorkflows,
    }
    kind = kinds[service]
    return type(kind.__name__, (kind,), {"logger": _SILENT})


def _is_plain(service: Service, plugin: Any) -> bool:
    """Whether an address names one robot and nothing else."""
    if service == "slack":
        return plugin.mode in ("hook", "gov-hook") and plugin.channels == [None]
    if service == "teams":
        return plugin.host.lower().endswith(TEAMS_HOSTS) and 0 < (plugin.port or 443) < 65536
    return plugin.fullpath == "/" and not plugin.password and not plugin.port


def _workflow_url(plugin: Any) -> str:
    route = f"/cu/{plugin.routing_id}" if plugin.routing_id else ""
    path = f"/powerautomate/automations/direct{route}" if plugin.power_automate else ""
    port = f":{plugin.port}" if plugin.port else ""
    query = {
        "api-version": plugin.api_version,
        "sp": "/triggers/manual/run",
        "sv": "1.0",
        "sig": plugin.signature,
    }
    host = f"https://{plugin.host}{port}{path}"
    return f"{host}/workflows/{plugin.workflow}/triggers/manual/paths/invoke?{urlencode(query)}"


def _tokens(*tokens: str | None) -> tuple[str, ...]:
    return tuple(token for token in tokens if token)


def _no_address(service: Service) -> UsageError:
    return UsageError(f"This is not the address of a {NAMES[service]} robot.")

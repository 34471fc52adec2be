"""Brings a message to the robot of a chat group."""

import time
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as HttpRequest

from pipeline.errors import UsageError
from pipeline.sending.answer import Answer, heard
from pipeline.sending.chat import ChatMessage
from pipeline.sending.place import Place
from pipeline.sending.robot import NAMES, Robot, robot_of
from pipeline.sending.robot_request import Request, answer_of, request_to

_TIMEOUT = 20.0
_LONGEST_ANSWER = 65536


def send_chat(message: ChatMessage, place: Place) -> Answer:
    """Sends a message once and tells what the service said; a service that cannot be reached is an answer too.

    Raises:
        UsageError: The message was composed for another service.
    """
    if place.channel != message.service:
        raise UsageError(f"This message was composed for {NAMES[message.service]}.")
    robot = robot_of(message.service, place.address.get_secret_value())
    return _posted(robot, request_to(robot, message, time.time()))


class _NoRedirect(HTTPRedirectHandler):
    """None of the services redirects; another host would get to know the tokens."""

    def redirect_request(
        self, req: HttpRequest, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl


def _posted(robot: Robot, request: Request) -> Answer:
    # The standard library's client writes no addresses, and so no tokens, into a log.
    name = NAMES[robot.service]
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "lihui"}
    post = HttpRequest(request.url, request.body, headers, method="POST")
    try:
        with build_opener(_NoRedirect()).open(post, timeout=_TIMEOUT) as response:
            return answer_of(robot, response.status, _text(response.read(_LONGEST_ANSWER)))
    except HTTPError as error:
        with error:
            return answer_of(robot, error.code, _text(error.read(_LONGEST_ANSWER)))
    except URLError as error:
        reason = heard(f"{name} cannot be reached: {error.reason}", robot.tokens)
        return Answer(outcome="later", code=None, text=reason)
    except (OSError, HTTPException):
        text = f"{name} was reached and gave no answer: the message may have arrived."
        return Answer(outcome="unknown", code=None, text=text)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")

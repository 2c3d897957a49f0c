"""The way to a live account: botocore's clients, with the credentials that botocore finds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_mgh.bridge.calls import BridgeError, Reply, Request, ask
from pytest_mgh.state.accounts import DEFAULT_REGION, SUPPORTED_REGIONS

if TYPE_CHECKING:
    from botocore.client import BaseClient

_ATTEMPTS = 10
_ONCE = frozenset({"StartBatchDeleteConfigurationTask"})
"""Operations whose LimitExceededException is no throttling: botocore would go on trying."""


class AwsConnection:
    """Sends requests to an account, signed with what botocore's chain of credentials gives.

    The arguments are those of `verify`.

    Raises:
        BridgeError: There is no such profile, or there are no credentials.
    """

    def __init__(
        self, profile: str | None = None, region: str | None = None, endpoint_url: str | None = None
    ) -> None:
        from botocore.session import Session

        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str, bool, int], BaseClient] = {}
        self._hosts: set[str | None] = set()
        self._call = threading.local()  # what a thread sends, and what came back
        self._lock = threading.Lock()
        self._session = Session(profile=profile)
        configured = _explained(lambda: self._session.get_config_variable("region"))
        if _explained(self._session.get_credentials) is None:
            raise BridgeError(
                "there are no AWS credentials: give a --profile, or set AWS_PROFILE or "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        if region is not None and region not in SUPPORTED_REGIONS:
            raise BridgeError(
                f"Migration Hub is not offered in {region}: give one of "
                f"{', '.join(SUPPORTED_REGIONS)}"
            )
        self.region = region or (configured if configured in SUPPORTED_REGIONS else DEFAULT_REGION)

    @property
    def leads_to_aws(self) -> bool:
        """Whether all that was sent went to hosts of AWS: the environment may name others too."""
        return all(host and host.endswith(".amazonaws.com") for host in self._hosts)

    def send(self, request: Request) -> Reply:
        """Send a request, and return what came back, after botocore's retries.

        Raises:
            BridgeError: Nothing came back.
        """
        from botocore import xform_name
        from botocore.exceptions import ClientError

        client = _explained(lambda: self._client(request))
        self._call.request, self._call.reply = request, None
        with suppress(ClientError):  # the reply has it
            _explained(getattr(client, xform_name(request.operation)))
        reply: Reply | None = self._call.reply
        if reply is None:
            raise BridgeError(f"{request.service} gave an unreadable answer")
        return reply

    def home_region(self) -> str:
        """Ask for the home Region.

        Raises:
            BridgeError: None is set, or the caller may not ask.
        """
        answer = ask(self.send, Request.of("GetHomeRegion", self.region, {}))
        home = answer.at("HomeRegion")
        if not answer.ok:
            denied = answer.code == "AccessDeniedException"
            reason = "the caller may not call mgh:GetHomeRegion" if denied else str(answer)
            raise BridgeError(f"the home Region could not be read: {reason}")
        if not isinstance(home, str):
            raise BridgeError(
                "the account has no home Region: Migration Hub answers no calls until one is set"
            )
        return home

    def account_id(self, home_region: str) -> str | None:
        """Ask for the account's id, which its home Region control has; `None` without one."""
        answer = ask(self.send, Request.of("DescribeHomeRegionControls", home_region, {}))
        id_ = answer.at("HomeRegionControls", 0, "Target", "Id")
        return id_ if isinstance(id_, str) else None

    def _client(self, request: Request) -> BaseClient:
        attempts = 1 if request.operation in _ONCE else _ATTEMPTS
        key = (request.service, request.region, request.signed, attempts)
        with self._lock:  # sessions are not made for several threads
            if key not in self._clients:
                self._clients[key] = self._make_client(*key)
            return self._clients[key]

    def _make_client(self, service: str, region: str, signed: bool, attempts: int) -> BaseClient:
        from botocore import UNSIGNED
        from botocore.config import Config

        config = Config(
            parameter_validation=False,  # what AWS refuses is what is tried
            retries={"mode": "adaptive", "total_max_attempts": attempts},
            user_agent_extra="pytest-mgh",
            **({} if signed else {"signature_version": UNSIGNED}),
        )
        client = self._session.create_client(
            service, region_name=region, endpoint_url=self._endpoint_url, config=config
        )
        self._hosts.add(urlsplit(client.meta.endpoint_url).hostname)
        client.meta.events.register("before-call", self._put_request)
        client.meta.events.register("after-call", self._take_reply)
        return client

    def _put_request(self, params: dict[str, Any], **_: Any) -> None:
        """Send the request as it is, not as botocore would write it."""
        request: Request = self._call.request
        params["method"], params["body"] = request.method, request.body
        for name, value in request.headers:
            params["headers"][name] = value

    def _take_reply(self, http_response: Any, **_: Any) -> None:
        date = http_response.headers.get("Date", "")
        self._call.reply = Reply(http_response.status_code, http_response.content, date)


def _explained(do: Callable[[], Any]) -> Any:
    """Do something with botocore; `BridgeError` in one sentence where it can't be done."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NoConnectionError

    try:
        return do()
    except ClientError:
        raise
    except (HTTPClientError, NoConnectionError) as error:
        raise BridgeError(f"AWS could not be reached: {_sentence(error)}") from None
    except (BotoCoreError, ValueError) as error:
        raise BridgeError(_sentence(error)) from None


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text[:1].lower() + text[1:]

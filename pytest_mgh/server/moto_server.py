"""moto's own server, mounted in ours: it answers the services that the hub does not.

It is imported when the first call for it comes, and answers in threads of its own: the hub's calls
do not wait for it. This is the one module that knows moto and a2wsgi: the extra `moto`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote_from_bytes, unquote_to_bytes

from starlette.concurrency import run_in_threadpool

from pytest_mgh.access.moto_iam import MOTO_SERVERS, moto_is_mocking
from pytest_mgh.server.calls import LOG
from pytest_mgh.transports.http import read_headers
from pytest_mgh.transports.other_services import (
    OtherCall,
    access_key,
    encode_other_error,
    find_other_call,
)

if TYPE_CHECKING:
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.transports.http import Message, Receive, Scope, Send

THREADS = 32
"""How many calls are answered at a time; moto waits for nobody."""

RESET = "/moto-api/reset"

_NEEDED = ("a2wsgi", "moto", "flask", "flask_cors")
_META = b"x-amz-meta-"
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def check_installed() -> None:
    """Raise `ImportError` that names the extra if what moto's server needs is not installed."""
    for name in _NEEDED:
        if find_spec(name) is None:
            raise ImportError(
                f"moto's server needs the extra 'moto' ({name} is missing): "
                "pip install 'pytest-mgh[moto]'",
                name=name,
            )


class MotoServer:
    """The ASGI application of moto's server, between `start` and `stop`.

    moto has one state a process. It is empty at the first call, unless another server or a mock of
    moto's uses it already, and again after the last server has stopped.

    Args:
        hub: Whose callers call moto too.
    """

    def __init__(self, hub: MigrationHub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._moto: Any = None
        self._application: Any = None

    def start(self) -> None:
        """Let moto's users and sessions be callers of the hub."""
        MOTO_SERVERS.add(self)

    def stop(self) -> None:
        """Forget moto, and its state if nobody else uses it."""
        MOTO_SERVERS.discard(self)
        with self._lock:
            application, self._application = self._application, None
            if application is None:
                return
            application.executor.shutdown(wait=False, cancel_futures=True)
            if not MOTO_SERVERS and not moto_is_mocking():
                _reset(self._moto)

    def reset(self) -> None:
        """Reset all state of moto."""
        with self._lock:
            if self._application is not None:
                _reset(self._moto)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        application = self._application or await run_in_threadpool(self._load)

        async def receive_whole() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionResetError("the rest of the request did not arrive")
            return message

        await application(_for_wsgi(scope), receive_whole, send)

    def _load(self) -> Any:
        with self._lock:
            if self._application is None:
                from a2wsgi import WSGIMiddleware
                from moto.moto_server.werkzeug_app import (
                    DomainDispatcherApplication,
                    create_backend_app,
                )

                self._moto = DomainDispatcherApplication(create_backend_app)
                if {self} >= MOTO_SERVERS and not moto_is_mocking():
                    _reset(self._moto)
                self._application = WSGIMiddleware(self._answer, workers=THREADS)
            return self._application

    def _answer(self, environ: Any, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request of WSGI; what fails is answered in the form of its service."""
        scope = environ["asgi.scope"]
        headers = read_headers(scope)
        _complete(environ, scope)
        key = access_key(headers, parse_qs(environ["QUERY_STRING"]))
        if key is not None:
            environ.setdefault("HTTP_X_MOTO_ACCOUNT_ID", self._hub.account_id_of(key))

        def start(status: str, fields: Any, exc_info: Any = None) -> Any:
            LOG.info("%s moto %s %s", environ.get("REMOTE_ADDR"), _line(environ), status)
            return start_response(status, fields, exc_info)

        try:
            answer: Iterable[bytes] = self._moto(environ, start)
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 (whatever it is, it is moto's own)
            LOG.exception("moto failed on %s", _line(environ))
            answer = _fail(environ, headers, start)
        return answer


def _for_wsgi(scope: Scope) -> Scope:
    """Return a request's scope as WSGI can hold it."""
    query = quote_from_bytes(scope["query_string"], safe=_PRINTABLE)
    # WSGI does not distinguish X_Foo from X-Foo; of such names only S3 metadata has a meaning.
    headers = [one for one in scope["headers"] if b"_" not in one[0] or one[0].startswith(_META)]
    return {**scope, "query_string": query.encode(), "headers": headers, "root_path": ""}


def _complete(environ: Environ, scope: Scope) -> None:
    """Add what moto reads beyond what every server of WSGI gives."""
    raw_path, query = scope["raw_path"], environ["QUERY_STRING"]
    environ["PATH_INFO"] = unquote_to_bytes(raw_path).decode("latin-1")
    environ["RAW_URI"] = raw_path.decode("latin-1") + (f"?{query}" if query else "")
    environ["wsgi.input_terminated"] = True  # a chunked body has an end
    environ["wsgi.errors"] = sys.stderr
    environ["moto.preserved_header_names"] = {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": name.decode("latin-1")
        for name, _ in scope["headers"]
        if b"_" in name
    }


def _line(environ: Environ) -> str:
    return f"{environ['REQUEST_METHOD']} {environ['RAW_URI']}"


def _fail(environ: Environ, headers: dict[str, str], start: StartResponse) -> Iterable[bytes]:
    method = environ["REQUEST_METHOD"]
    call = find_other_call(method, environ["RAW_URI"], headers)
    response = encode_other_error(
        call or OtherCall("moto", _line(environ), "rest-json"),
        500,
        "InternalFailure",
        "moto failed: the log of the server has the cause.",
        headers,
        method,
    )
    start("500 Internal Server Error", list(response.headers.items()))
    return [response.body]


def _reset(moto: Any) -> None:
    """Reset moto through its own API."""
    from werkzeug.test import Client

    Client(moto).post(RESET)

"""Calls to services that are not simulated: whose they are, and a refusal in their own form.

SDKs try no 400 again, and each finds the message where its service puts one. What a request looks
like shows the format, but for REST: the few services that answer XML there are listed.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from pytest_mgh.protocol.messages import WireResponse
from pytest_mgh.services.service import SERVICES

CODE = "NotSimulated"
"""The code of the refusal; AWS has none of that name."""

SERVED = ", ".join(service.name for service in SERVICES.values())

REST_XML = {
    "cloudfront": "rest-xml",
    "route53": "rest-xml",
    "s3": "s3",
    "s3-object-lambda": "s3",
    "s3express": "s3",
}
"""The services, by the names that they sign as, whose REST answers are XML, and its form."""

_S3_CONTROL = "/v20180820/"

_SCOPE = re.compile(r"Credential=([^/,\s]+)/[^,\s]*?([\w.-]+)/aws4_request")
_SIGNED = {service.signing_name for service in SERVICES.values()}
_TARGETS = tuple(f"{prefix.lower()}." for prefix in SERVICES)
TARGETS = tuple(f"{prefix}.".encode() for prefix in SERVICES)
"""How the targets of the simulated services begin."""

FORM = "application/x-www-form-urlencoded"
"""The type of a body that is a form: of the query protocols."""


@dataclass(frozen=True, slots=True)
class OtherCall:
    """A call to a service that is not simulated.

    Attributes:
        service: The name that it signs as, or what its target says.
        operation: The operation; of REST the method and the path.
        form: How it answers: `json`, `rpc-v2-cbor`, `query`, `ec2`, `rest-json`, `rest-xml` or
            `s3`.
    """

    service: str
    operation: str
    form: str


def is_simulated(headers: Mapping[str, str]) -> bool | None:
    """Whether a request is for a simulated service: `None` if its headers do not show it."""
    target = headers.get("x-amz-target")
    if target is not None and target.lower().startswith(_TARGETS):
        return True
    service = _signed_as(headers)
    if service is not None:
        return service in _SIGNED
    return None if target is None else False


def find_other_call(
    method: str, target: str, headers: Mapping[str, str], body: bytes = b""
) -> OtherCall | None:
    """Return the call that a request is to a service that is not simulated, or `None`.

    Args:
        method: The method.
        target: The path and the query.
        headers: The headers, by lower-case names.
        body: The body, if it is a form.
    """
    path, _, query = target.partition("?")
    parameters = parse_qs(query)
    simulated = is_simulated(headers)
    if simulated:
        return None
    service = _signed_as(headers) or _presigned_as(parameters)
    if service in _SIGNED:
        return None
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        name, operation = path.split("/")[-3::2]
        return OtherCall(service or name, operation, "rpc-v2-cbor")
    if "x-amz-target" in headers:
        name, _, operation = headers["x-amz-target"].rpartition(".")
        return OtherCall(service or name, operation, "json")
    if headers.get("content-type", "").startswith(FORM):
        parameters |= parse_qs(body.decode("latin-1"))
    if "Action" in parameters and (service or path == "/"):
        operation = parameters["Action"][0]
        return OtherCall(service or "query", operation, "ec2" if service == "ec2" else "query")
    if service is None:
        return None
    operation = f"{method} {path}"
    form = REST_XML.get(service, "rest-json")
    if form == "s3" and path.startswith(_S3_CONTROL):
        form = "rest-xml"
    return OtherCall(service, operation, form)


def _signed_as(headers: Mapping[str, str]) -> str | None:
    authorization = headers.get("authorization", "")
    found = _SCOPE.search(authorization)
    if found is not None:
        return found[2]
    # Signed as it was before 2014, which only S3 still takes in a header.
    return "s3" if authorization.startswith("AWS ") else None


def _presigned_as(parameters: Mapping[str, list[str]]) -> str | None:
    for credential in parameters.get("X-Amz-Credential", ()):
        parts = credential.split("/")
        if len(parts) > 2:
            return parts[-2]
    return "s3" if {"AWSAccessKeyId", "Signature", "Expires"} <= parameters.keys() else None


def access_key(headers: Mapping[str, str], parameters: Mapping[str, list[str]]) -> str | None:
    """Return the access key that a request is signed with; `None` where it is not signed.

    Args:
        headers: The headers, by lower-case names.
        parameters: The parameters of the query.
    """
    authorization = headers.get("authorization", "")
    found = _SCOPE.search(authorization)
    if found is not None:
        return found[1]
    if authorization.startswith("AWS "):
        return authorization[4:].partition(":")[0]
    for name in ("X-Amz-Credential", "AWSAccessKeyId"):
        for value in parameters.get(name, ()):
            return value.partition("/")[0]
    return None


def explain_other_call(call: OtherCall) -> str:
    """Return the message about a call: what is served here, and what serves the rest."""
    return (
        f"This address answers {SERVED}, not {call.service} ({_plain(call.operation)}). moto "
        "answers all other services here with 'pytest-mgh serve --with-moto', HubServer(hub, "
        "moto=True) or 'with mgh_server.with_moto()'."
    )


def _plain(text: str) -> str:
    """Return a text that every form can hold."""
    return "".join(one if one.isprintable() else "?" for one in text)[:200]


def refuse(call: OtherCall, headers: Mapping[str, str], method: str) -> WireResponse:
    """Return the refusal of a call in the form of its service."""
    return encode_other_error(call, 400, CODE, explain_other_call(call), headers, method)


def encode_other_error(
    call: OtherCall, status: int, code: str, message: str, headers: Mapping[str, str], method: str
) -> WireResponse:
    """Return an error in the form of a call's service.

    Args:
        call: The call.
        status: The status.
        code: The code of the error.
        message: Its message.
        headers: The headers of the request, by lower-case names.
        method: Its method: an answer to HEAD has no body.
    """
    request_id = str(uuid.uuid4())
    content_type, body = _FORMS[call.form](code, message, request_id)
    fields = {
        "x-amzn-RequestId": request_id,
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
    }
    if call.form == "json":
        sent = headers.get("content-type", "")
        if sent.startswith("application/x-amz-json-"):
            fields["Content-Type"] = sent  # 1.0 or 1.1
    elif call.form == "rest-json":
        fields["x-amzn-ErrorType"] = code
    elif call.form == "rpc-v2-cbor":
        fields["smithy-protocol"] = call.form
    elif call.form == "s3":
        fields["x-amz-request-id"] = request_id
    return WireResponse(status, fields, b"" if method == "HEAD" else body)


def _json(code: str, message: str, _: str) -> tuple[str, bytes]:
    return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode()


def _rest_json(code: str, message: str, _: str) -> tuple[str, bytes]:
    return "application/json", json.dumps({"code": code, "message": message}).encode()


def _cbor(code: str, message: str, _: str) -> tuple[str, bytes]:
    texts = b"".join(_cbor_text(text) for text in ("__type", code, "message", message))
    return "application/cbor", b"\xa2" + texts


def _cbor_text(text: str) -> bytes:
    """Return a text as CBOR writes it (RFC 8949, major type 3), its length in two bytes."""
    content = text.encode()
    return b"\x79" + len(content).to_bytes(2, "big") + content


_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _xml(form: str) -> Callable[[str, str, str], tuple[str, bytes]]:
    def write(code: str, message: str, request_id: str) -> tuple[str, bytes]:
        error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        document = _XML + form.format(error=error, id=request_id)
        return "text/xml", document.encode()

    return write


_QUERY = _xml(
    "<ErrorResponse><Error><Type>Sender</Type>{error}</Error>"
    "<RequestId>{id}</RequestId></ErrorResponse>"
)
_FORMS: Mapping[str, Callable[[str, str, str], tuple[str, bytes]]] = {
    "json": _json,
    "rest-json": _rest_json,
    "rpc-v2-cbor": _cbor,
    "query": _QUERY,
    "rest-xml": _QUERY,
    "ec2": _xml(
        "<Response><Errors><Error>{error}</Error></Errors><RequestID>{id}</RequestID></Response>"
    ),
    "s3": _xml("<Error>{error}<RequestId>{id}</RequestId></Error>"),
}

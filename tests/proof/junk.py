"""Malformed requests: random bytes, headers and targets, and mutated documents."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from botocore.session import Session
from hypothesis import strategies as st
from model_values import valid
from signed_calls import AUTHORIZATION, URL, headers_of, sign

from pytest_mgh.protocol.messages import WireRequest
from pytest_mgh.services.catalog import SERVICES


def _inputs() -> dict[str, Any]:
    """Return the shape of every simulated operation's request, by its target."""
    session = Session()
    models = {
        prefix: session.get_service_model(service.name) for prefix, service in SERVICES.items()
    }
    return {
        f"{prefix}.{name}": model.operation_model(name).input_shape
        for prefix, model in models.items()
        for name in model.operation_names
    }


_INPUTS = _inputs()
SAMPLES = {target: valid(shape) for target, shape in _INPUTS.items()}
REQUIRED = {
    target: set(shape.required_members) if shape else set() for target, shape in _INPUTS.items()
}
TARGETS = sorted(SAMPLES)

# Texts that mean something somewhere, that no encoding can hold, that are long or look like more.
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "SMS", "t1", "\ud800", "\x00", "é" * 300, "d-server-1", "9" * 400, "-1", "1e999"]
    ),
)
NUMBERS = st.one_of(
    st.integers(-2, 200),
    st.sampled_from([-(10**400), 10**400, 1 << 63, 1.5, -0.0, 1e308, 253402300799.9, 253402300800]),
    st.floats(allow_nan=False, allow_infinity=False),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def spoiled(draw: Any, document: Any) -> Any:
    """A document in which some values are replaced, removed or added."""
    spoiled = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(spoiled))
        holder, key = draw(st.sampled_from(places)) if places else (spoiled, None)
        how = draw(st.sampled_from(["replace", "remove", "deepen", "add"]))
        if key is None or how == "add":
            name = draw(TEXTS)
            if isinstance(holder, dict):
                holder[name] = draw(DOCUMENTS)
            else:
                holder.append(draw(DOCUMENTS))
        elif how == "remove":
            del holder[key]
        elif how == "deepen":
            deeper = [[holder[key]], {"a": holder[key]}, [holder[key]] * 60]
            holder[key] = draw(st.sampled_from(deeper))
        else:
            holder[key] = draw(DOCUMENTS)
    return spoiled


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a document: its container, and its key there."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in list(items):
        yield document, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


@st.composite
def spoiled_requests(draw: Any) -> tuple[str, dict[str, Any]]:
    """The target of an operation, and a mutated request of it."""
    target = draw(st.sampled_from(TARGETS))
    return target, draw(spoiled(SAMPLES[target]))


@st.composite
def good_requests(draw: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The target of an operation, a valid request, and one with ignored members added."""
    target = draw(st.sampled_from(TARGETS))
    wanted = draw(st.sets(st.sampled_from([*SAMPLES[target], "none"])))
    needed = REQUIRED[target]
    good = {name: said for name, said in SAMPLES[target].items() if name in wanted | needed}
    noisy = _with_noise(good, draw(DOCUMENTS)) if draw(st.booleans()) else good
    if draw(st.booleans()):
        noisy = noisy | dict.fromkeys(SAMPLES[target].keys() - good)
    return target, good, noisy


def _with_noise(value: Any, noise: Any) -> Any:
    if isinstance(value, dict):
        said = {name: _with_noise(member, noise) for name, member in value.items()}
        return {**said, "Surprise": noise}
    return [_with_noise(item, noise) for item in value] if isinstance(value, list) else value


@st.composite
def deep_requests(draw: Any) -> tuple[str, bytes]:
    """The target of an operation, and a body in which a member is nested deeply."""
    target = draw(st.sampled_from(TARGETS))
    member = draw(st.sampled_from([*SAMPLES[target], "Surprise"]))
    depth = draw(st.sampled_from([100, 900, 950, 960, 970, 980, 990, 1000, 5000]))
    opening, closing = draw(st.sampled_from([(b"[", b"]"), (b'{"a":', b"}")]))
    times = draw(st.sampled_from([1, 60]))
    deep = opening * depth + b"1" + closing * depth
    inner = b"[" + b",".join([deep] * times) + b"]" if times > 1 else deep
    rest = {name: value for name, value in SAMPLES[target].items() if name != member}
    return target, json.dumps(rest).encode()[:-1] + (b"," if rest else b"") + json.dumps(
        member
    ).encode() + b":" + inner + b"}"


def post(target: str, body: bytes, **headers: str) -> WireRequest:
    """A request that is in order but for its body."""
    return WireRequest({**headers_of(target), **headers}, body)


HEADER_TEXTS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
HEADER_VALUES = {
    "authorization": st.one_of(
        HEADER_TEXTS,
        st.sampled_from([AUTHORIZATION, "AWS4-HMAC-SHA256", "Basic YTpi"]),
        st.builds(
            "AWS4-HMAC-SHA256 Credential={}, SignedHeaders={}, Signature={}".format,
            st.one_of(HEADER_TEXTS, st.just("AKID/20260101/us-west-2/mgh/aws4_request")),
            st.one_of(HEADER_TEXTS, st.just("host;x-amz-date")),
            HEADER_TEXTS,
        ),
    ),
    "content-type": st.one_of(
        HEADER_TEXTS,
        st.sampled_from(["application/json", "APPLICATION/X-AMZ-JSON-1.1; a=b"]),
        st.just("application/x-amz-json-1.1"),
    ),
    "x-amz-date": st.one_of(HEADER_TEXTS, st.just("20260101T000000Z")),
    "x-amz-security-token": HEADER_TEXTS,
    "x-amz-content-sha256": HEADER_TEXTS,
    "x-amz-target": st.one_of(
        st.sampled_from(TARGETS),
        HEADER_TEXTS,
        st.builds("{}.{}".format, st.sampled_from([*SERVICES, ""]), HEADER_TEXTS),
    ),
    "user-agent": HEADER_TEXTS,
    "host": HEADER_TEXTS,
}


@st.composite
def requests(draw: Any) -> WireRequest:
    """Any request on the wire, most of them valid, so that each step is reached."""
    target = draw(st.sampled_from(TARGETS))
    headers = headers_of(target)
    for name in draw(st.sets(st.sampled_from(sorted(HEADER_VALUES)), max_size=2)):
        if draw(st.booleans()):
            headers[name] = draw(HEADER_VALUES[name])
        else:
            headers.pop(name, None)
    body = draw(
        st.one_of(
            st.just(json.dumps(SAMPLES[target]).encode()),
            st.just(json.dumps(SAMPLES[target]).encode()),
            st.binary(max_size=60),
            DOCUMENTS.map(lambda document: json.dumps(document).encode()),
            TEXTS.map(lambda text: text.encode("utf-16", "surrogatepass")),
            st.sampled_from([b"", b"{}", b"\xef\xbb\xbf{}", b"{} {}", b'"\xff"']),
            st.just(b'{"MaxResults":NaN}'),
        )
    )
    method = draw(st.sampled_from([*["POST"] * 15, "GET", "HEAD", "PUT", "post", ""]))
    path = draw(st.sampled_from(["/", "", "/a/../b?c=d&c&%zz", "/%00"]))
    return WireRequest(headers, body, method, f"https://mgh.us-west-2.amazonaws.com{path}")


SIGNED = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-target", "host")


@st.composite
def signed_requests(draw: Any) -> tuple[WireRequest, bool]:
    """A request that is signed with the secret of the caller, and whether it still is as signed."""
    target = draw(st.sampled_from(TARGETS))
    body = json.dumps(SAMPLES[target]).encode()
    headers = {name.lower(): value for name, value in sign(target, body).items()}
    headers["host"] = "mgh.us-west-2.amazonaws.com"
    spoilt = draw(st.sampled_from(["nothing", "body", "secret", *SIGNED]))
    if spoilt == "body":
        body += b" "
    elif spoilt == "secret":
        headers["authorization"] = headers["authorization"][:-1] + draw(st.sampled_from("gxyz"))
    elif spoilt != "nothing":
        at = draw(st.integers(0, len(headers[spoilt]) - 1))
        said = headers[spoilt]
        headers[spoilt] = said[:at] + ("~" if said[at] != "~" else "-") + said[at + 1 :]
    return WireRequest(headers, body, "POST", URL), spoilt == "nothing"

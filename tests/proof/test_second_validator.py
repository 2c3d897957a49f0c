"""A second validator, written in another language, finds in the schemas what ours finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from proof.generated import EXAMPLES, REQUESTS, corpora

from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.validation import make_predicate

FOLDER = Path(__file__).parents[2] / "schemas"
# The description of the server is no schema: tests/server/test_control_description.py holds it.
FILES = sorted(
    file.relative_to(FOLDER).as_posix()
    for file in FOLDER.glob("*/*.json")
    if file.name != "openapi.json"
)


@pytest.mark.parametrize("path", FILES)
def test_every_schema_obeys_the_meta_schema(path: str) -> None:
    schema = schemas.load(*path.removesuffix(".json").split("/"))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize(("service", "operation"), REQUESTS)
def test_both_validators_agree(service: str, operation: str) -> None:
    schema = schemas.load(service, f"{operation}.request")
    ours, theirs = Draft202012Validator(schema), jsonschema_rs.validator_for(schema)
    predicate = make_predicate(schema)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(corpus=corpora(service, f"{operation}.request"))
    def check(corpus: list[Any]) -> None:
        for document in corpus:
            verdict = ours.is_valid(document)
            assert theirs.is_valid(document) == verdict, document
            assert verdict or not predicate(document), document

    check()

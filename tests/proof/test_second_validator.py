"""A second validator, written in another language, agrees with ours on the schemas."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from pytest_mgh.protocol import schemas

FOLDER = Path(__file__).parents[2] / "schemas"
# The description of the server is not a schema: tests/server/test_control_description.py tests it.
FILES = sorted(
    file.relative_to(FOLDER).as_posix()
    for file in FOLDER.glob("*/*.json")
    if file.name != "openapi.json"
)


FOLDERS = sorted({path.partition("/")[0] for path in FILES})


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_schema_is_valid_under_the_meta_schema(folder: str) -> None:
    for path in FILES:
        if path.startswith(f"{folder}/"):
            schema = schemas.load(*path.removesuffix(".json").split("/"))

            assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", path
            Draft202012Validator.check_schema(schema)
            jsonschema_rs.meta.validate(schema)

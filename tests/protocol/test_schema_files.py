from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
SERVICES = ("mgh", "migrationhub-config", "discovery")
FILES = sorted(
    f"{service}/{f.name}" for service in SERVICES for f in (SCHEMAS / service).glob("*.json")
)
PUT = "mgh/PutResourceAttributes.request.json"
LINE_TERMINATORS = ("\n", "\r", "\u0085", "\u2028", "\u2029")


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scripts")
        yield importlib.import_module("make_schemas")


@pytest.fixture(scope="module")
def made(script: ModuleType) -> dict[str, Any]:
    schemas: dict[str, Any] = script.make()
    return schemas


@pytest.fixture
def written(script: ModuleType, made: dict[str, Any], tmp_path: Path) -> Path:
    script.write(made, tmp_path)
    return tmp_path


def read(path: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / path).read_text("utf-8"))
    return schema


def broken(schema: dict[str, Any], instance: Any) -> list[str]:
    """The keywords that an instance breaks."""
    return sorted(
        str(error.validator) for error in Draft202012Validator(schema).iter_errors(instance)
    )


def definition(path: str, shape: str) -> dict[str, Any]:
    """One definition of a file, as a schema."""
    return {"$ref": f"#/$defs/{shape}", "$defs": read(path)["$defs"]}


def put(**attribute: str) -> dict[str, Any]:
    names = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-12de3cf1a"}
    return {**names, "ResourceAttributeList": [attribute]}


def values(node: Any, keyword: str) -> Iterator[Any]:
    """Every value of a keyword in a schema."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key == keyword:
            yield value
        if isinstance(value, (dict, list)):
            yield from values(value, keyword)


def test_the_schema_files_match_the_installed_botocore_and_the_overlay(
    script: ModuleType, made: dict[str, Any]
) -> None:
    assert not (moved := script.compare(made, SCHEMAS)), "\n".join(moved)


@pytest.mark.parametrize(
    ("old", "new", "report"),
    [
        ('h": 50,', 'h": 49,', "#/$defs/ProgressUpdateStream/maxLength: 49 -> 50"),
        ('"maxLength": 50,', "", "#/$defs/ProgressUpdateStream/maxLength: (absent) -> 50"),
        (
            '"FQDN"',
            '"DNS"',
            '#/$defs/ResourceAttribute/allOf/3/if/properties/Type/const: "DNS" -> "FQDN"',
        ),
        ("  ", "\t", ": the same schema -> in another order or layout"),
    ],
)
def test_a_changed_schema_is_reported_with_its_file_and_place(
    script: ModuleType, made: dict[str, Any], written: Path, old: str, new: str, report: str
) -> None:
    text = (written / PUT).read_text("utf-8")
    (written / PUT).write_text(text.replace(old, new), "utf-8")

    assert PUT + report in script.compare(made, written)


@pytest.mark.parametrize(
    ("name", "member"),
    [("Task", "stream"), ("Update", "time"), ("Fault", "times"), ("Principal", "path")],
)
def test_the_schemas_of_records_match_their_classes(
    script: ModuleType, name: str, member: str
) -> None:
    description = read("control/openapi.json")
    component = description["components"]["schemas"][name]
    right = json.loads(json.dumps(component))
    del component["properties"][member]["type"]
    component["required"].pop()

    made = script.with_records(description)["components"]["schemas"][name]

    assert made == right


def test_a_new_and_a_withdrawn_operation_are_reported(
    script: ModuleType, made: dict[str, Any], written: Path
) -> None:
    (written / PUT).rename(written / "mgh/Old.request.json")

    assert script.compare(made, written) == [
        f"{PUT}: (no file) -> made now",
        "mgh/Old.request.json: stale -> no longer made",
    ]


def test_writing_the_schemas_removes_stale_files(
    script: ModuleType, made: dict[str, Any], written: Path
) -> None:
    (written / PUT).rename(written / "mgh/Old.request.json")

    script.write(made, written)

    assert script.compare(made, written) == []


@pytest.mark.parametrize(("stale", "status"), [((), 0), (("mgh/Old.request.json",), 1)])
def test_the_check_exits_with_1_if_anything_changed(
    script: ModuleType,
    written: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stale: tuple[str, ...],
    status: int,
) -> None:
    monkeypatch.setattr(script, "FOLDER", written)
    for path in stale:
        (written / path).write_text("{}", "utf-8")

    assert script.main(["--check"]) == status
    assert all(path in capsys.readouterr().out for path in stale)


def test_every_overlay_entry_names_a_shape_of_the_models(
    script: ModuleType, made: dict[str, Any]
) -> None:
    for service, overlay in json.loads(script.OVERLAY.read_text("utf-8")).items():
        requests = {path: made[path] for path in made if path.startswith(f"{service}/")}
        defined = {name for schema in requests.values() for name in schema.get("$defs", ())}
        assert overlay.get("shapes", {}).keys() <= defined
        for operation, members in overlay.get("members", {}).items():
            request = requests[f"{service}/{operation}.request.json"]
            assert members.keys() <= request["properties"].keys()


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)a",
        "a++",
        r"\bx",
        "(?<n>a)",
        r"(a)\1",
        r"\p{L}",
        "{",
        "a$b",
        "[a&&b]",
        "[[a]]",
        r"[\Sa]",
    ],
)
def test_an_unknown_java_construct_is_refused_by_name(script: ModuleType, pattern: str) -> None:
    with pytest.raises(ValueError, match="cannot translate") as refusal:
        importlib.import_module("java_patterns").translate(pattern)

    assert repr(pattern) in str(refusal.value)


def test_a_file_is_identified_and_titled_by_its_operation_and_side() -> None:
    for path in FILES:
        service, operation, side = path.removesuffix(".json").replace("/", ".").split(".")

        assert read(path)["$id"] == f"urn:pytest-mgh:{service}:{operation}:{side}"
        assert read(path)["title"] == f"{operation} {side}"


def test_no_reference_leaves_its_file_and_no_definition_is_unused() -> None:
    for path in FILES:
        schema = read(path)
        defined = {f"#/$defs/{name}" for name in schema.get("$defs", ())}

        assert {*values(schema, "$ref")} == defined, path


def test_every_id_is_unique() -> None:
    assert len({read(path)["$id"] for path in FILES}) == len(FILES)


@pytest.mark.parametrize("service", ["mgh", "migrationhub-config"])
def test_every_operation_of_the_full_services_has_all_its_files(service: str) -> None:
    operations = Session().get_service_model(service).operation_names
    sides = ("request", "response", "error")
    every = {f"{service}/{name}.{side}.json" for name in operations for side in sides}

    assert every == {path for path in FILES if path.startswith(f"{service}/")}


@pytest.mark.parametrize(
    ("path", "shape", "good", "bad"),
    [
        (PUT, "ResourceAttributeValue", ["a", " ", "\x00", "\u00e9" * 256], ["abc\n", "a" * 257]),
        (PUT, "ResourceAttributeValue", [], [f"a{end}b" for end in LINE_TERMINATORS]),
        (PUT, "MigrationTaskName", ["a\nb", "a/b", "abc\n"], ["a:b", "a|b", ""]),
        (
            PUT,
            "ProgressUpdateStream",
            ["SMS*", "\x7f"],
            ["a/b", "a:b", "a|b", "a\x1f", "a\n", "\0"],
        ),
        (
            "mgh/AssociateCreatedArtifact.request.json",
            "CreatedArtifactName",
            ["arn:aws:s3:::b", "arn:aws:ec2:us-east-1:488216288981:image/ami-6d0ba87b"],
            ["xarn:aws:s3:::b", "arn:aws:iam::aws:policy/P", "arn:aws:s3:::b\n"],
        ),
        ("mgh/ListMigrationTasks.request.json", "Token", ["", "a+/="], ["a-b", "a_b", "a\n"]),
        (
            "migrationhub-config/CreateHomeRegionControl.request.json",
            "TargetId",
            ["123456789012"],
            ["1" * 11, "1" * 13, "\u0661" * 12, "12345678901\n"],
        ),
        (
            "discovery/CreateApplication.request.json",
            "ApplicationWave",
            ["", "wave 1"],
            [" ", "wave ", " wave", "a\0", "\n", "wave\n"],
        ),
    ],
)
def test_a_pattern_matches_whole_strings_as_in_java(
    path: str, shape: str, good: list[str], bad: list[str]
) -> None:
    schema = definition(path, shape)

    assert [value for value in good if broken(schema, value)] == []
    assert [value for value in bad if not broken(schema, value)] == []


FORMATS = {
    "IPV4_ADDRESS": (
        ["10.0.0.1", "0.0.0.0", "255.255.255.255", "010.0.0.1"],
        ["256.0.0.1", "10.0.0", "10.0.0.1.1", "10.0.0.x", "10.0.0.1 ", "1.2.3.\u0664"],
    ),
    "IPV6_ADDRESS": (
        ["2001:0db8:0:0:0:0:0:1", "FFFF:1:2:3:4:5:6:abcd"],
        ["::1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "10000:2:3:4:5:6:7:8", "g:2:3:4:5:6:7:8"],
    ),
    "MAC_ADDRESS": (
        ["00:1A:2b:3c:4d:5e", "00-1A-2b-3c-4d-5e", "00-1A:2b:3c:4d:5e"],
        ["00:1A:2b:3c:4d", "001A2b3c4d5e", "00:1A:2b:3c:4d:5g", "00:1A:2b:3c:4d:5e:6f"],
    ),
    "FQDN": (
        ["host.example.com", "a b", "x" * 256],
        [f"a{character}b" for character in "<>{}\\/?,=\t\x7f"],
    ),
    "VM_MANAGER_ID": (["a7b4c06d-e12f-1234-9gh7-i5j26k1lm2no", "a/b"], []),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_an_attribute_has_the_documented_format_of_its_type(kind: str) -> None:
    good, bad = FORMATS[kind]
    schema = read(PUT)

    assert [value for value in good if broken(schema, put(Type=kind, Value=value))] == []
    assert [
        value for value in bad if broken(schema, put(Type=kind, Value=value)) != ["pattern"]
    ] == []


def test_an_attribute_without_a_type_violates_no_format() -> None:
    assert broken(read(PUT), put(Value="x")) == ["required"]


def test_a_response_shows_attributes_as_they_were_stored() -> None:
    schema = read("mgh/DescribeMigrationTask.response.json")
    attributes = [{"Type": "IPV6_ADDRESS", "Value": "::1"}]

    assert broken(schema, {"MigrationTask": {"ResourceAttributeList": attributes}}) == []


@pytest.mark.parametrize(
    ("path", "shape", "good", "bad"),
    [
        (
            "mgh/AssociateSourceResource.request.json",
            "SourceResourceName",
            ["a", "a" * 1600],
            ["", "a" * 1601],
        ),
        (
            "mgh/AssociateSourceResource.request.json",
            "StatusDetail",
            ["", "a" * 2500],
            ["a" * 2501],
        ),
        ("mgh/NotifyMigrationTaskState.request.json", "NextUpdateSeconds", [0, 2**63 - 1], [-1]),
        ("mgh/NotifyMigrationTaskState.request.json", "ProgressPercent", [0, 100], [-1, 101, 50.5]),
        ("mgh/ListCreatedArtifacts.request.json", "MaxResultsCreatedArtifacts", [1, 10], [0, 11]),
        (
            "mgh/ListApplicationStates.request.json",
            "ApplicationIds",
            [["a"], ["a"] * 100],
            [[], ["a"] * 101],
        ),
        ("mgh/NotifyApplicationState.request.json", "ApplicationStatus", ["COMPLETED"], ["FAILED"]),
    ],
)
def test_a_value_stays_within_the_limits_of_its_shape(
    path: str, shape: str, good: list[Any], bad: list[Any]
) -> None:
    schema = definition(path, shape)

    assert [value for value in good if broken(schema, value)] == []
    assert [value for value in bad if not broken(schema, value)] == []


def test_a_request_ignores_a_member_that_the_model_does_not_name() -> None:
    assert broken(read("migrationhub-config/GetHomeRegion.request.json"), {"Other": 1}) == []


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith("response.json")])
def test_a_response_refuses_a_member_that_the_model_does_not_name(path: str) -> None:
    assert "additionalProperties" in broken(read(path), {"Other": 1})


@pytest.mark.parametrize(
    "operation", ["ListConfigurations", "DescribeTags", "DescribeAgents", "ListServerNeighbors"]
)
@pytest.mark.parametrize(
    ("size", "keywords"), [(0, []), (100, []), (101, ["maximum"]), (-1, ["minimum"])]
)
def test_a_discovery_page_has_at_most_100_items(
    operation: str, size: int, keywords: list[str]
) -> None:
    maximum = read(f"discovery/{operation}.request.json")["properties"]["maxResults"]

    assert broken(maximum, size) == keywords


@pytest.mark.parametrize(
    ("time", "keywords"),
    [
        (-62135596800, []),
        (1493660853.25, []),
        (253402300799, []),
        (-62135596801, ["minimum"]),
        (253402300800, ["maximum"]),
        ("2017-05-01", ["type"]),
    ],
)
def test_a_time_beyond_the_range_of_datetime_is_refused(time: object, keywords: list[str]) -> None:
    schema = definition("mgh/NotifyMigrationTaskState.request.json", "UpdateDateTime")

    assert broken(schema, time) == keywords

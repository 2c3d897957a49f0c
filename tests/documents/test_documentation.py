"""Every block of the README and of the docs runs, or is checked in another way."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import click
import moto.core  # noqa: F401 (imported anew by each block, it would not find older sessions)
import pytest
import yaml
from documentation import (
    PAGES,
    ROOT,
    Block,
    blocks,
    check_make,
    commands,
    paths,
    prose,
    read,
    run_python,
)
from packaging.requirements import Requirement

from pytest_mgh import MigrationHub
from pytest_mgh.__main__ import command
from pytest_mgh.state.settings import make_settings

# Other blocks of docs/api/ are signatures: scripts/make_reference.py holds them against the code.
BLOCKS = [
    pytest.param(block, id=block.name)
    for page in PAGES
    for block in blocks(page)
    if page.parent.name != "api" or "def test_" in block.text
]
# The allowed marks on blocks, and their places: no block is silently left out.
MARKS = [
    ("docs/bridge.md", "python", "elsewhere: tests/bridge/test_capture_command.py"),
    ("docs/control.md", "console", "elsewhere: tests/sdks/test_documented_lines.py"),
    ("docs/control.md", "bash", "elsewhere: tests/server/test_control_page.py"),
    ("docs/index.md", "python", "fails"),
    ("docs/languages/cli.md", "console", "elsewhere: tests/sdks/test_documented_lines.py"),
    ("docs/languages/cli.md", "sh", "elsewhere: tests/sdks/test_one_address.py"),
    ("docs/languages/dotnet.md", "csharp", "untried: the SDK is not there"),
    ("docs/languages/go.md", "go", "elsewhere: tests/sdks/test_one_address.py"),
    ("docs/languages/go.md", "go", "elsewhere: tests/sdks/test_one_address.py"),
    ("docs/languages/java.md", "java", "untried: the SDK is not there"),
    ("docs/languages/javascript.md", "javascript", "elsewhere: tests/sdks/test_javascript.py"),
    ("docs/languages/javascript.md", "javascript", "elsewhere: tests/sdks/test_one_address.py"),
    ("docs/languages/javascript.md", "javascript", "elsewhere: tests/sdks/test_one_address.py"),
    ("docs/other-languages.md", "console", "elsewhere: tests/server/test_command.py"),
    ("docs/other-languages.md", "bash", "elsewhere: tests/sdks/test_documented_lines.py"),
    ("docs/other-languages.md", "bash", "untried: Docker is not there"),
    *[("docs/recipes.md", "python", "elsewhere: tests/neighbours/test_recipes.py")] * 6,
    ("docs/schemas.md", "js", "elsewhere: tests/sdks/test_javascript.py"),
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_code_block_of_the_documentation_runs(pytester: pytest.Pytester, block: Block) -> None:
    # the others: test_the_marked_blocks_are_exactly_these
    # and test_the_tests_of_a_page_have_the_stated_outcomes
    if is_left_out(block) or is_tests(block):
        return
    write_files(block.page, pytester)
    assert block.language in CHECKS, f"there is no check for blocks of {block.language}"

    CHECKS[block.language](block, pytester)


def is_left_out(block: Block) -> bool:
    return block.mark is not None and block.mark.startswith(("elsewhere: ", "untried: "))


def is_tests(block: Block) -> bool:
    return block.language == "python" and block.title is None


def write_files(page: Path, pytester: pytest.Pytester) -> None:
    """Write the files that a page shows with their names."""
    for block in blocks(page):
        if block.title is not None:
            path = pytester.path / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


def outcome_of(block: Block) -> str:
    return "failed" if block.mark == "fails" else "passed"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tests_of_a_page_have_the_stated_outcomes(
    pytester: pytest.Pytester, page: Path
) -> None:
    tests = {
        f"test_{block.number}": block
        for block in blocks(page)
        if is_tests(block) and not is_left_out(block) and page.parent.name != "api"
    }
    if not tests:
        return
    write_files(page, pytester)
    pytester.makepyfile(**{name: block.text for name, block in tests.items()})

    result = pytester.runpytest("--strict-markers", "-rpfEsxX", *(f"{name}.py" for name in tests))

    ended = Counter(re.findall(r"^([A-Z]+) (test_\d+)\.py", result.stdout.str(), re.MULTILINE))
    assert ended == {
        (outcome_of(block).upper(), name): block.text.count("def test_")
        for name, block in tests.items()
    }


def test_type_checkers_see_the_blocks_about_types() -> None:
    shown = [block.text for block in blocks(ROOT / "docs" / "typing.md")]

    checked = [ROOT / "typing_tests" / f"annotated_{what}.py" for what in ("fixtures", "client")]
    assert [read(path) for path in checked] == shown


def test_the_marked_blocks_are_exactly_these() -> None:
    marked = [block for page in PAGES for block in blocks(page) if block.mark is not None]

    assert [
        (block.page.relative_to(ROOT).as_posix(), block.language, block.mark) for block in marked
    ] == MARKS


def test_a_page_states_that_a_block_is_not_run() -> None:
    untried = {
        block.page
        for page in PAGES
        for block in blocks(page)
        if block.mark is not None and block.mark.startswith("untried: ")
    }

    assert {page for page in PAGES if "**not tried**" in prose(page).lower()} == untried


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_block_of_a_page_is_overlooked(page: Path) -> None:
    fences = re.findall(r"^\s*(?:```|~~~)", read(page), re.MULTILINE)

    assert len(fences) == 2 * len(blocks(page))
    assert read(page).count("<!-- block:") == sum(block.mark is not None for block in blocks(page))


# checks by language


def check_python(block: Block, pytester: pytest.Pytester) -> None:
    later = "".join(other.text for other in blocks(block.page)[block.number :])
    assert f"from {Path(block.title).stem} import " in later, "nothing uses it"


def run_tests(block: Block, pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(block.text)

    result = pytester.runpytest("--strict-markers", *arguments)

    assert result.parseoutcomes() == {outcome_of(block): block.text.count("def test_")}
    return result


def check_configuration(block: Block, pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini" if block.language == "ini" else ".toml", pytest=block.text)
    pytester.makepyfile("def test_with_the_hub(mgh): pass")

    result = pytester.runpytest("--strict-config", "--strict-markers")

    result.assert_outcomes(passed=1)


def check_output(block: Block, pytester: pytest.Pytester) -> None:
    """Find the lines in the output of the block before; `...` stands for anything."""
    output = run_tests(blocks(block.page)[block.number - 1], pytester).outlines
    find_lines(block.text.splitlines(), output)


def find_lines(shown: list[str], output: list[str]) -> None:
    lines = iter(output)
    for documented in shown:
        pattern = re.escape(documented).replace(r"\.\.\.", ".*")
        pattern = re.sub(r"(\\-){3,}", "-+", pattern)
        assert any(re.fullmatch(pattern, line) for line in lines), documented


def check_document(block: Block, pytester: pytest.Pytester) -> None:
    content = yaml.safe_load(block.text)
    named = re.findall(r"\$schema=(\S+)", block.text)
    if block.title == ".vscode/settings.json":
        named += json.loads(block.text)["yaml.schemas"]
    elif block.title == ".pre-commit-config.yaml":
        hooks = [hook for repository in content["repos"] for hook in repository["hooks"]]
        named += [hook["args"][hook["args"].index("--schemafile") + 1] for hook in hooks]
        assert named
    elif block.title == "policy.json":
        tests = blocks(block.page)[block.number - 2]
        run_tests(tests, pytester, "--mgh-policy=written.json")
        assert json.loads((pytester.path / "written.json").read_text("utf-8")) == content
    else:
        MigrationHub(make_settings({})).load(content)
    assert [path for path in named if not (ROOT / path).is_file()] == []


def check_console(block: Block, pytester: pytest.Pytester) -> None:
    for words, output in commands(block):
        if words[0] == "pytest" and output:
            tests = blocks(block.page)[block.number - 1]
            find_lines(output, run_tests(tests, pytester, *words[1:]).outlines)
        else:
            check_command(words, output, pytester)


CHECKS: dict[str, Callable[[Block, pytest.Pytester], None]] = {
    "console": check_console,
    "ini": check_configuration,
    "json": check_document,
    "python": check_python,
    "text": check_output,
    "toml": check_configuration,
    "yaml": check_document,
}


# commands


def check_command(words: list[str], output: list[str], pytester: pytest.Pytester) -> None:
    program, *arguments = words
    if words[:2] == ["python", "-m"]:
        program, arguments = words[2].replace("_", "-"), words[3:]
    assert program in PROGRAMS, f"there is no check for the command {program}"

    assert output == (PROGRAMS[program](arguments, pytester) or [])


def check_pip(arguments: list[str], _: pytest.Pytester) -> None:
    assert arguments.pop(0) == "install"
    for requirement in map(Requirement, arguments):
        if requirement.name == "pytest-mgh":
            known = metadata.metadata("pytest-mgh").get_all("Provides-Extra") or []
            assert requirement.extras <= {*known}


def check_pytest(arguments: list[str], pytester: pytest.Pytester) -> None:
    pytester.parseconfig(*arguments)  # refuses an unknown option


def check_script(arguments: list[str], _: pytest.Pytester) -> None:
    if arguments[0] == "-c":
        _, program, sign, file = arguments
        assert sign == ">"
        assert file.endswith(".json")
        json.loads("".join(run_python("-c", program)))
        return
    assert (ROOT / arguments[0]).is_file(), arguments[0]


def check_serve(arguments: list[str], _: pytest.Pytester) -> None:
    name, *options = arguments
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        found.make_context(name, options)


def run_check_jsonschema(arguments: list[str], _: pytest.Pytester) -> list[str]:
    return run_python("-m", "check_jsonschema", *arguments)


PROGRAMS: dict[str, Callable[[list[str], pytest.Pytester], list[str] | None]] = {
    "check-jsonschema": run_check_jsonschema,
    "make": lambda targets, _: check_make(targets),
    "pip": check_pip,
    "pytest": check_pytest,
    "pytest-mgh": check_serve,
    "python": check_script,
}


# text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_program_in_another_language_is_tested_elsewhere(page: Path) -> None:
    tests = ROOT / "tests" / "sdks"
    programs = [*tests.glob("javascript/*.mjs"), *tests.glob("go/*/*.go"), *tests.glob("cli/*.sh")]
    tested = {program.read_text(encoding="utf-8") for program in programs}

    shown = [block.text for block in blocks(page) if block.language in ("go", "javascript", "sh")]
    assert [text for text in shown if text not in tested] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_no_broken_links(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose(page)):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_existing_files(page: Path) -> None:
    assert [path for path in paths(page) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_begins_with_a_title_and_an_introduction(page: Path) -> None:
    beginning = re.split(r"^(?:##|:::) ", prose(page), maxsplit=1, flags=re.MULTILINE)[0]
    text = re.sub(r"\A---\n.*?\n---\n", "", beginning, flags=re.DOTALL).strip()

    title, _, rest = text.partition("\n")
    assert title.startswith("# ")
    assert rest.strip()

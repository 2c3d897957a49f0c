from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import sys
import unittest
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from inner_runs import ASYNCIO, CALLS
from network import NetworkError

import pytest_mgh.transports.botocore  # noqa: F401 (kept loaded: pytester unloads what its runs load)
from pytest_mgh import mock_mgh
from pytest_mgh.state.process import PROCESS

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture(autouse=True)
def _no_leftover() -> Iterator[None]:
    """End a mock that a failing test left active: it would fail all tests after it."""
    yield
    if PROCESS.mock is not None:
        PROCESS.mock.end()
        pytest.fail("the mock is still active")


@pytest.fixture(scope="module")
def aws() -> Any:
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-west-2")
    return session.client("mgh")


@pytest.fixture
def names(aws: Any) -> Callable[[], list[str] | None]:
    """The streams that the hub lists, `None` if no mock answers."""

    def list_names() -> list[str] | None:
        try:
            rows = aws.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
        except NetworkError:
            return None
        return [row["ProgressUpdateStreamName"] for row in rows]

    return list_names


@pytest.fixture
def create(aws: Any) -> Callable[[str], Any]:
    return lambda name: aws.create_progress_update_stream(ProgressUpdateStreamName=name)


Names = Callable[[], "list[str] | None"]
Create = Callable[[str], Any]


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-W", "error", *options)


def run_case(case: type[unittest.TestCase]) -> unittest.TestResult:
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    return unittest.TextTestRunner(stream=io.StringIO()).run(suite)


def problems(result: unittest.TestResult) -> list[str]:
    return [text for _, text in result.errors + result.failures]


# functions


def test_a_function_decorated_without_parentheses_runs_inside_the_mock(names: Names) -> None:
    @mock_mgh
    def work() -> list[str] | None:
        return names()

    assert work() == []


def test_a_function_decorated_with_parentheses_runs_inside_the_mock(names: Names) -> None:
    @mock_mgh()
    def work() -> list[str] | None:
        return names()

    assert work() == []


def test_the_options_of_the_decorator_are_those_of_the_hub() -> None:
    @mock_mgh(home_region="eu-central-1")
    def work() -> str:
        region: str = boto3.client("migrationhub-config").get_home_region()["HomeRegion"]
        return region

    assert work() == "eu-central-1"


def test_a_decorated_function_gets_its_arguments_and_returns_its_result() -> None:
    @mock_mgh
    def work(*args: Any, **kwargs: Any) -> Any:
        return args, kwargs

    assert work(1, two=2) == ((1,), {"two": 2})


def test_every_call_of_a_decorated_function_starts_empty(names: Names, create: Create) -> None:
    @mock_mgh
    def work() -> list[str] | None:
        create("SMS")
        return names()

    assert [work(), work()] == [["SMS"], ["SMS"]]


def test_a_decorated_function_leaves_the_mock_at_its_end(names: Names) -> None:
    mock_mgh(lambda: None)()
    assert names() is None


def test_a_decorated_function_that_raises_leaves_the_mock(names: Names) -> None:
    @mock_mgh
    def work() -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        work()
    assert names() is None


def test_decorating_does_not_start_the_mock(names: Names) -> None:
    @mock_mgh
    def _() -> None: ...

    assert names() is None


def test_a_decorated_function_that_calls_itself_keeps_one_hub(names: Names, create: Create) -> None:
    @mock_mgh(home_region="us-west-2")
    def work(depth: int) -> list[str] | None:
        create(f"level-{depth}")
        return work(depth - 1) if depth else names()

    assert work(1) == ["level-0", "level-1"]


def test_the_decorated_function_keeps_its_name_and_documentation() -> None:
    @mock_mgh
    def work() -> None:
        """Work."""

    assert (work.__name__, work.__doc__) == ("work", "Work.")


def test_the_decorated_function_keeps_its_signature() -> None:
    def work(first: int, *, second: str = "x") -> None: ...

    assert inspect.signature(mock_mgh(work)) == inspect.signature(work)


@pytest.mark.parametrize("target", [3, "eu-central-1", ["home_region"]])
def test_decorating_something_that_cannot_run_is_refused(target: Any) -> None:
    with pytest.raises(TypeError, match="functions and classes"):
        mock_mgh(target)


# coroutines and generators


def test_a_coroutine_runs_inside_the_mock_until_its_end(names: Names) -> None:
    @mock_mgh
    async def work() -> list[str] | None:
        await asyncio.sleep(0)
        return names()

    assert asyncio.run(work()) == []


def test_a_decorated_coroutine_function_stays_a_coroutine_function() -> None:
    @mock_mgh
    async def work() -> None: ...

    assert inspect.iscoroutinefunction(work)


def test_a_coroutine_that_raises_leaves_the_mock(names: Names) -> None:
    @mock_mgh
    async def work() -> None:
        await asyncio.sleep(0)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(work())
    assert names() is None


def test_a_cancelled_coroutine_leaves_the_mock(names: Names) -> None:
    @mock_mgh
    async def work() -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert names() is None


def test_coroutines_at_the_same_time_share_one_hub(names: Names, create: Create) -> None:
    @mock_mgh
    async def work(name: str, barrier: list[str]) -> list[str] | None:
        create(name)
        barrier.append(name)
        while len(barrier) < 2:
            await asyncio.sleep(0)
        return names()

    async def main() -> list[list[str] | None]:
        barrier: list[str] = []
        return list(await asyncio.gather(work("A", barrier), work("B", barrier)))

    assert asyncio.run(main())[0] == ["A", "B"]


def test_a_generator_runs_inside_the_mock_until_its_end(names: Names) -> None:
    @mock_mgh
    def work() -> Iterator[list[str] | None]:
        yield names()
        yield names()

    assert list(work()) == [[], []]


def test_a_generator_keeps_the_mock_between_its_steps(names: Names) -> None:
    @mock_mgh
    def work() -> Iterator[None]:
        yield

    generator = work()
    next(generator)
    inside = names()
    assert list(generator) == []
    assert (inside, names()) == ([], None)


def test_a_decorated_generator_function_stays_a_generator_function() -> None:
    @mock_mgh
    def work() -> Iterator[None]:
        yield

    assert inspect.isgeneratorfunction(work)


def test_a_generator_gets_what_is_sent_and_thrown_and_returns_its_result() -> None:
    got: list[Any] = []

    @mock_mgh
    def work() -> Any:
        got.append((yield 1))
        try:
            yield 2
        except LookupError as error:
            got.append(str(error))
        return 3

    generator: Any = work()
    yielded = [next(generator), generator.send("sent")]
    with pytest.raises(StopIteration) as end:
        generator.throw(LookupError("thrown"))
    assert (yielded, got, end.value.value) == ([1, 2], ["sent", "thrown"], 3)


def test_closing_a_generator_runs_its_clean_up_inside_the_mock(names: Names) -> None:
    seen: list[Any] = []

    @mock_mgh
    def work() -> Iterator[None]:
        try:
            yield
        finally:
            seen.append(names())

    generator: Any = work()
    next(generator)
    generator.close()
    assert (seen, names()) == ([[]], None)


def test_an_async_generator_runs_inside_the_mock_until_its_end(names: Names) -> None:
    @mock_mgh
    async def work() -> AsyncIterator[list[str] | None]:
        yield names()
        await asyncio.sleep(0)
        yield names()

    async def main() -> list[Any]:
        return [item async for item in work()]

    assert (asyncio.run(main()), names()) == ([[], []], None)


def test_a_decorated_async_generator_function_stays_an_async_generator_function() -> None:
    @mock_mgh
    async def work() -> AsyncIterator[None]:
        yield

    assert inspect.isasyncgenfunction(work)


def test_an_async_generator_gets_what_is_sent() -> None:
    got: list[Any] = []

    @mock_mgh
    async def work() -> AsyncIterator[int]:
        got.append((yield 1))
        yield 2

    async def main() -> list[int]:
        generator: Any = work()
        items = [await generator.asend(None), await generator.asend("sent")]
        await generator.aclose()
        return items

    assert (asyncio.run(main()), got) == ([1, 2], ["sent"])


def test_an_async_generator_gets_what_is_thrown() -> None:
    @mock_mgh
    async def work() -> AsyncIterator[str]:
        try:
            yield "first"
        except LookupError as error:
            yield f"caught {error}"

    async def main() -> str:
        generator: Any = work()
        await generator.asend(None)
        caught: str = await generator.athrow(LookupError("mine"))
        await generator.aclose()
        return caught

    assert asyncio.run(main()) == "caught mine"


def test_an_exception_that_an_async_generator_does_not_catch_is_raised(names: Names) -> None:
    @mock_mgh
    async def work() -> AsyncIterator[None]:
        yield

    async def main() -> None:
        generator: Any = work()
        await generator.asend(None)
        await generator.athrow(LookupError("mine"))

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(main())
    assert names() is None


def test_closing_an_async_generator_runs_its_clean_up_inside_the_mock(names: Names) -> None:
    seen: list[Any] = []

    @mock_mgh
    async def work() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.sleep(0)
            seen.append(names())

    async def main() -> None:
        generator: Any = work()
        await generator.asend(None)
        await generator.aclose()

    asyncio.run(main())
    assert (seen, names()) == ([[]], None)


# static and class methods


def test_a_static_method_runs_inside_the_mock(names: Names) -> None:
    class Tool:
        @mock_mgh
        @staticmethod
        def work() -> list[str] | None:
            return names()

    assert (Tool.work(), Tool().work()) == ([], [])


def test_a_class_method_runs_inside_the_mock_and_gets_its_class() -> None:
    class Tool:
        @mock_mgh
        @classmethod
        def work(cls) -> type:
            return cls

    assert Tool.work() is Tool


def test_a_decorated_method_gets_its_object() -> None:
    class Tool:
        @mock_mgh
        def work(self) -> Tool:
            return self

    tool = Tool()
    assert tool.work() is tool


# plain classes


def test_a_decorated_class_is_the_same_class() -> None:
    class Tool: ...

    assert mock_mgh(Tool) is Tool


def test_every_method_of_a_decorated_class_runs_inside_the_mock(names: Names) -> None:
    @mock_mgh
    class Tool:
        def work(self) -> list[str] | None:
            return names()

        async def work_async(self) -> list[str] | None:
            return names()

        @staticmethod
        def work_static() -> list[str] | None:
            return names()

        @classmethod
        def work_class(cls) -> list[str] | None:
            return names()

    tool = Tool()
    results = [tool.work(), asyncio.run(tool.work_async()), tool.work_static(), Tool.work_class()]
    assert results == [[]] * 4


def test_an_inherited_method_of_a_decorated_class_runs_inside_the_mock(names: Names) -> None:
    class Base:
        def work(self) -> list[str] | None:
            return names()

    @mock_mgh
    class Tool(Base): ...

    assert Tool().work() == []


def test_decorating_a_class_leaves_its_base_alone(names: Names) -> None:
    class Base:
        def work(self) -> list[str] | None:
            return names()

    @mock_mgh
    class _Tool(Base): ...

    assert Base().work() is None


def test_an_inherited_static_method_stays_static(names: Names) -> None:
    class Base:
        @staticmethod
        def work(argument: int) -> tuple[int, list[str] | None]:
            return argument, names()

    @mock_mgh
    class Tool(Base): ...

    assert Tool().work(3) == (3, [])


def test_an_inherited_class_method_gets_the_decorated_class(names: Names) -> None:
    class Base:
        @classmethod
        def work(cls) -> tuple[type, list[str] | None]:
            return cls, names()

    @mock_mgh
    class Tool(Base): ...

    assert Tool.work() == (Tool, [])


def test_a_property_and_a_nested_class_stay_what_they_are() -> None:
    @mock_mgh
    class Tool:
        class Inner: ...

        @property
        def size(self) -> int:
            return 3

    assert (Tool().size, isinstance(Tool.Inner, type)) == (3, True)


def test_methods_that_call_one_another_share_one_hub(names: Names, create: Create) -> None:
    @mock_mgh(home_region="us-west-2")
    class Tool:
        def outer(self) -> list[str] | None:
            create("SMS")
            return self.inner()

        def inner(self) -> list[str] | None:
            return names()

    assert Tool().outer() == ["SMS"]


def test_a_decorated_test_class_runs_inside_the_mock(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh(home_region="eu-central-1")
class TestTool:
    def test_first(self):
        create("SMS")
        assert names() == ["SMS"]

    def test_second(self, mgh):
        assert names() == []
        assert mgh.home_region == "eu-central-1"

def test_outside():
    assert not is_mocked()
"""
    )
    run(pytester).assert_outcomes(passed=3)


def test_a_test_class_that_inherits_from_a_decorated_one_runs_inside_the_mock(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class Base:
    def test_inherited(self):
        assert is_mocked()

class TestTool(Base):
    def test_own(self):
        assert is_mocked()
"""
    )
    run(pytester).assert_outcomes(passed=2)


@pytest.mark.parametrize("parameters", ["self", "self, method"])
def test_setup_method_and_teardown_method_share_the_hub_of_the_test(
    pytester: pytest.Pytester, parameters: str
) -> None:
    pytester.makepyfile(
        CALLS
        + f"""
@mock_mgh
class TestTool:
    def setup_method({parameters}):
        assert names() == []
        create("set-up")

    def test_first(self):
        assert names() == ["set-up"]
        create("test")

    def test_second(self):
        assert names() == ["set-up"]
        create("test")

    def teardown_method({parameters}):
        assert names() == ["set-up", "test"]

def test_after():
    assert not is_mocked()
"""
    )
    run(pytester).assert_outcomes(passed=3)


def test_setup_method_alone_shares_the_hub_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class TestTool:
    def setup_method(self):
        create("set-up")

    def test_it(self):
        assert names() == ["set-up"]

def test_after():
    assert not is_mocked()
"""
    )
    run(pytester).assert_outcomes(passed=2)


def test_teardown_method_alone_shares_the_hub_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class TestTool:
    def test_it(self):
        create("test")

    def teardown_method(self):
        assert names() == ["test"]
"""
    )
    run(pytester).assert_outcomes(passed=1)


def test_a_setup_method_that_fails_leaves_the_mock(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class TestTool:
    def setup_method(self):
        raise LookupError("mine")

    def test_it(self):
        pass

def test_after():
    assert not is_mocked()
"""
    )
    result = run(pytester)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["E *LookupError: mine"])


@pytest.mark.parametrize("parameters", ["self", "self, method"])
def test_a_setup_method_works_without_the_plugin(
    pytester: pytest.Pytester, parameters: str
) -> None:
    pytester.makepyfile(
        CALLS
        + f"""
@mock_mgh
class TestTool:
    def setup_method({parameters}):
        create("set-up")

    def test_it(self):
        assert names() == ["set-up"]

    def teardown_method({parameters}):
        assert names() == ["set-up"]

def test_after():
    assert not is_mocked()
"""
    )
    run(pytester, "-p", "no:pytest_mgh").assert_outcomes(passed=2)


def test_setup_class_shares_one_hub_for_the_class(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class TestTool:
    @classmethod
    def setup_class(cls):
        assert cls.__name__ == "TestTool"
        create("class")

    def test_first(self):
        create("first")
        assert names() == ["class", "first"]

    def test_second(self):
        assert names() == ["class", "first"]

    @classmethod
    def teardown_class(cls):
        assert names() == ["class", "first"]

def test_after():
    assert not is_mocked()
"""
    )
    run(pytester).assert_outcomes(passed=3)


def test_setup_class_with_options_shares_one_hub_for_the_class(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh(home_region="eu-central-1")
class TestTool:
    @classmethod
    def setup_class(cls):
        create("class")

    def test_it(self, mgh):
        assert mgh.home_region == "eu-central-1"
        assert names() == ["class"]
"""
    )
    run(pytester).assert_outcomes(passed=1)


def test_setup_class_alone_leaves_the_mock_after_the_class(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class TestTool:
    @classmethod
    def setup_class(cls):
        create("class")

    def test_it(self):
        assert names() == ["class"]

def test_after():
    assert not is_mocked()
"""
    )
    run(pytester).assert_outcomes(passed=2)


def test_a_setup_class_that_fails_leaves_the_mock(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class TestTool:
    @classmethod
    def setup_class(cls):
        raise LookupError("mine")

    def test_it(self):
        pass

def test_after():
    assert not is_mocked()
"""
    )
    result = run(pytester)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["E *LookupError: mine"])


def test_autouse_fixtures_in_a_decorated_class_run_inside_the_mock(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
class TestTool:
    @pytest.fixture(autouse=True)
    def stream(self):
        create("fixture")
        yield
        assert names() == ["fixture", "test"]

    def test_it(self):
        create("test")
        assert names() == ["fixture", "test"]
"""
    )
    run(pytester).assert_outcomes(passed=1)


def test_a_fixture_requested_by_a_decorated_class_runs_inside_the_mock(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        CALLS
        + """
@pytest.fixture
def stream():
    create("fixture")

@mock_mgh
class TestTool:
    def test_it(self, stream):
        assert names() == ["fixture"]
"""
    )
    run(pytester).assert_outcomes(passed=1)


# unittest


def test_a_test_case_runs_set_up_test_tear_down_and_clean_ups_inside_one_mock(
    names: Names, create: Create
) -> None:
    seen: list[list[str] | None] = []

    @mock_mgh
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            self.addCleanup(lambda: seen.append(names()))
            create("set-up")

        def test_it(self) -> None:
            create("test")

        def tearDown(self) -> None:
            create("tear-down")

    assert problems(run_case(Case)) == []
    assert seen == [["set-up", "tear-down", "test"]]


def test_every_test_of_a_test_case_starts_empty(names: Names, create: Create) -> None:
    seen: list[list[str] | None] = []

    @mock_mgh
    class Case(unittest.TestCase):
        def test_first(self) -> None:
            create("first")
            seen.append(names())

        def test_second(self) -> None:
            create("second")
            seen.append(names())

    assert problems(run_case(Case)) == []
    assert seen == [["first"], ["second"]]


def test_a_test_case_leaves_the_mock_after_a_failure(names: Names) -> None:
    @mock_mgh
    class Case(unittest.TestCase):
        def test_it(self) -> None:
            self.fail("mine")

    assert (len(run_case(Case).failures), names()) == (1, None)


def test_a_test_case_leaves_the_mock_after_a_failed_set_up(names: Names) -> None:
    @mock_mgh
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            raise LookupError("mine")

        def test_it(self) -> None: ...

    assert (len(run_case(Case).errors), names()) == (1, None)


def test_a_subclass_of_a_test_case_runs_inside_the_mock_without_calling_super(names: Names) -> None:
    seen: list[list[str] | None] = []

    @mock_mgh
    class Base(unittest.TestCase):
        def setUp(self) -> None: ...

    class Case(Base):
        def setUp(self) -> None:
            seen.append(names())

        def test_it(self) -> None:
            seen.append(names())

    assert problems(run_case(Case)) == []
    assert seen == [[], []]


def test_set_up_class_shares_one_hub_for_the_class(names: Names, create: Create) -> None:
    seen: list[list[str] | None] = []

    @mock_mgh
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            create("class")

        def test_first(self) -> None:
            create("first")

        def test_second(self) -> None:
            seen.append(names())

        @classmethod
        def tearDownClass(cls) -> None:
            seen.append(names())

    assert problems(run_case(Case)) == []
    assert (seen, names()) == ([["class", "first"]] * 2, None)


def test_a_set_up_class_that_fails_leaves_the_mock(names: Names) -> None:
    @mock_mgh
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            raise LookupError("mine")

        def test_it(self) -> None: ...

    assert (len(run_case(Case).errors), names()) == (1, None)


def test_an_inherited_set_up_class_shares_one_hub_for_the_class(
    names: Names, create: Create
) -> None:
    seen: list[list[str] | None] = []

    class Base(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            create("class")

    @mock_mgh
    class Case(Base):
        def test_it(self) -> None:
            seen.append(names())

    assert problems(run_case(Case)) == []
    assert (seen, names()) == ([["class"]], None)


def test_a_skipped_test_case_is_still_skipped() -> None:
    @mock_mgh
    @unittest.skip("not today")
    class Case(unittest.TestCase):
        def test_it(self) -> None: ...

    assert len(run_case(Case).skipped) == 1


def test_debug_of_a_test_case_runs_inside_the_mock(names: Names) -> None:
    seen: list[list[str] | None] = []

    @mock_mgh
    class Case(unittest.TestCase):
        def test_it(self) -> None:
            seen.append(names())

    Case("test_it").debug()
    assert (seen, names()) == ([[]], None)


def test_an_async_test_case_runs_inside_one_mock(names: Names, create: Create) -> None:
    seen: list[list[str] | None] = []

    @mock_mgh
    class Case(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            create("set-up")
            self.addAsyncCleanup(self.see)

        async def test_it(self) -> None:
            create("test")

        async def asyncTearDown(self) -> None:
            create("tear-down")

        async def see(self) -> None:
            seen.append(names())

    assert problems(run_case(Case)) == []
    assert (seen, names()) == ([["set-up", "tear-down", "test"]], None)


def test_one_decorated_method_of_a_test_case_runs_inside_the_mock(names: Names) -> None:
    seen: list[list[str] | None] = []

    class Case(unittest.TestCase):
        @mock_mgh
        def test_in(self) -> None:
            seen.append(names())

        def test_out(self) -> None:
            seen.append(names())

    assert problems(run_case(Case)) == []
    assert seen == [[], None]


@pytest.mark.usefixtures("not_simulated")
def test_a_test_case_that_calls_an_operation_that_is_not_simulated_fails_once(aws: Any) -> None:
    @mock_mgh
    class Case(unittest.TestCase):
        def test_it(self) -> None:
            aws.list_application_states()

    result = run_case(Case)
    assert (result.testsRun, len(result.errors + result.failures)) == (1, 1)


@pytest.mark.usefixtures("not_simulated")
def test_a_test_case_that_swallows_the_error_of_an_operation_that_is_not_simulated_fails(
    aws: Any,
) -> None:
    @mock_mgh
    class Case(unittest.TestCase):
        def test_it(self) -> None:
            with contextlib.suppress(AssertionError):
                aws.list_application_states()

    result = run_case(Case)
    assert (result.testsRun, len(result.errors + result.failures)) == (1, 1)


CASES = (
    CALLS
    + """
@mock_mgh(home_region="eu-central-1")
class Case(unittest.TestCase):
    def setUp(self):
        create("set-up")

    def test_first(self):
        assert names() == ["set-up"]

    def test_second(self):
        create("test")

    def tearDown(self):
        assert "set-up" in names()

@mock_mgh
class AsyncCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        create("set-up")

    async def test_it(self):
        assert names() == ["set-up"]

@mock_mgh(home_region="eu-west-1")
class SharedCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        create("class")

    def test_first(self):
        assert names() == ["class"]
        create("first")

    def test_second(self):
        assert names() == ["class", "first"]

    @classmethod
    def tearDownClass(cls):
        assert names() == ["class", "first"]

class TestZAfter(unittest.TestCase):
    def test_after(self):
        assert not is_mocked()
"""
)


def test_test_cases_run_under_pytest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(CASES)
    run(pytester).assert_outcomes(passed=6)


def test_test_cases_run_under_pytest_without_the_plugin(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(CASES)
    run(pytester, "-p", "no:pytest_mgh").assert_outcomes(passed=6)


def test_test_cases_run_under_the_unittest_runner(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(test_cases=CASES)
    result = pytester.run(sys.executable, "-W", "error", "-m", "unittest", path.name)
    result.stderr.fnmatch_lines(["Ran 6 tests in *", "OK"])


# pytest's fixtures and parametrize


def test_a_fixture_decorated_above_the_mock_runs_inside_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@pytest.fixture
@mock_mgh
def stream():
    create("SMS")
    yield "SMS"
    assert names() == ["SMS", "test"]

def test_it(stream):
    create("test")
    assert names() == [stream, "test"]

def test_after():
    assert not is_mocked()
"""
    )
    run(pytester).assert_outcomes(passed=2)


def test_an_async_fixture_decorated_above_the_mock_runs_inside_it(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        CALLS
        + """
import pytest_asyncio

@pytest_asyncio.fixture
@mock_mgh()
async def stream():
    create("SMS")
    yield "SMS"

@pytest.mark.asyncio
async def test_it(stream):
    assert names() == [stream]

@pytest.mark.asyncio
@mock_mgh
async def test_coroutine():
    assert names() == []
"""
    )
    run(pytester, *ASYNCIO).assert_outcomes(passed=2)


@pytest.mark.parametrize("decorator", ["@mock_mgh", "@mock_mgh()"])
def test_a_fixture_decorated_below_the_mock_is_refused_with_the_remedy(decorator: str) -> None:
    space: dict[str, Any] = {"mock_mgh": mock_mgh, "pytest": pytest}
    source = f"{decorator}\n@pytest.fixture\ndef stream():\n    yield\n"
    with pytest.raises(TypeError, match=r"@pytest\.fixture above"):
        exec(source, space)


def test_a_decorated_test_may_use_fixtures_and_parameters(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@pytest.mark.parametrize("name", ["A", "B"])
@mock_mgh
def test_above(name, tmp_path):
    create(name)
    assert names() == [name]

@mock_mgh
@pytest.mark.parametrize("name", ["A", "B"])
def test_below(name, tmp_path):
    create(name)
    assert names() == [name]

@mock_mgh()
@pytest.mark.parametrize("name", ["A", "B"])
class TestTool:
    def test_it(self, name, tmp_path):
        create(name)
        assert names() == [name]
"""
    )
    run(pytester).assert_outcomes(passed=6)


def test_a_decorated_test_shares_the_hub_of_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh
def test_it(mgh):
    create("SMS")
    assert [stream.name for stream in mgh.streams] == ["SMS"]
"""
    )
    run(pytester).assert_outcomes(passed=1)


def test_the_options_of_a_decorated_test_are_those_of_the_fixture(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        CALLS
        + """
@mock_mgh(home_region="eu-central-1")
def test_it(mgh):
    assert mgh.home_region == "eu-central-1"
    create("SMS")
    assert [stream.name for stream in mgh.streams] == ["SMS"]

@pytest.fixture
def stream():
    create("fixture")

@mock_mgh
def test_other(stream):
    assert names() == ["fixture"]
"""
    )
    run(pytester).assert_outcomes(passed=2)


def test_the_errors_of_the_service_reach_the_decorated_code(aws: Any) -> None:
    @mock_mgh
    def work() -> None:
        aws.import_migration_task(ProgressUpdateStream="none", MigrationTaskName="task")

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        work()

from __future__ import annotations

import json

import pytest
from stand_in import ACCOUNT, HOME, StandIn, members, refusal, result, rules

from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.calls import BridgeError, Reply, Request, Send
from pytest_mgh.bridge.findings import Outcome, Verification
from pytest_mgh.bridge.guard import before_account, before_hub
from pytest_mgh.bridge.leftovers import PREFIX, Leftovers, find_leftovers
from pytest_mgh.bridge.patience import Patience
from pytest_mgh.bridge.probes.catalog import PROBES
from pytest_mgh.bridge.probes.probe import Stage
from pytest_mgh.bridge.report import as_json, as_markdown
from pytest_mgh.bridge.verification import Run
from pytest_mgh.services.catalog import OPERATIONS


def names_in(stand_in: StandIn) -> set[str]:
    """Return the names of all that is in the stand-in."""
    hub = stand_in.hub
    named = [*(stream.name for stream in hub.streams)]
    named += [application.name or "" for application in hub.applications]
    named += [server.hostname or "" for server in hub.servers]
    return {*named}


BEFORE = names_in(StandIn())


@pytest.fixture(scope="module")
def whole() -> tuple[StandIn, Verification]:
    """A stand-in after a complete run, and the result of the run."""
    stand_in = StandIn()
    return stand_in, stand_in.verify()


# tried rules


def test_there_are_at_least_a_hundred_probes_of_all_three_services(
    whole: tuple[StandIn, Verification],
) -> None:
    assert len(PROBES) >= 100
    assert {request.service for request in whole[0].requests} == {
        "mgh",
        "migrationhub-config",
        "discovery",
    }


def test_the_hub_verified_against_itself_gives_the_same_answers_in_as_many_calls_as_planned() -> (
    None
):
    stand_in = StandIn(deletion_takes=20)
    run = stand_in.run()
    plan = run.plan()
    assert stand_in.requests == []

    verification = run.verification()

    assert plan.calls == pytest.approx(len(stand_in.requests), rel=0.05)
    assert rules(verification, Outcome.DIFFERS) == {"a deletion takes no time"}
    assert rules(verification, Outcome.WORDING, Outcome.NOT_TRIED) == set()
    assert len(verification.findings) == len(PROBES)


def test_probes_during_a_deletion_are_not_tried_if_it_finishes_at_once(
    whole: tuple[StandIn, Verification],
) -> None:
    verification = whole[1]

    deleting = {probe.name for probe in PROBES if probe.stage is Stage.DELETING}
    assert rules(verification, Outcome.NOT_TRIED) == deleting - {"a deletion takes no time"}
    assert rules(verification, Outcome.DIFFERS, Outcome.WORDING) == set()


# nothing is written unless it may be


def test_verification_without_write_changes_nothing() -> None:
    stand_in = StandIn()
    before = stand_in.hub.snapshot()
    made = len(stand_in.hub.events)

    stand_in.verify(write=False)

    events = stand_in.hub.events[made:]
    assert len(events) > 200
    accepted = [event["eventName"] for event in events if "errorCode" not in event]
    assert [name for name in accepted if not OPERATIONS[name].read_only] == []
    after = stand_in.hub.snapshot()
    assert after["accounts"] == before["accounts"]
    # What the hub refuses AWS might accept: then there must be nothing to write to.
    creating = ("CreateApplication", "ImportMigrationTask")
    sent = [request for request in stand_in.requests if request.operation in creating]
    assert [request for request in sent if not request.dry_run] == []


def test_the_home_region_is_never_changed(whole: tuple[StandIn, Verification]) -> None:
    assert whole[0].hub.home_region == HOME
    for request in whole[0].requests:
        if request.operation == "CreateHomeRegionControl":
            assert request.dry_run
        if request.operation == "DeleteHomeRegionControl":
            assert members(request) == {"ControlId": "hrc-000000000000"}


def test_a_probe_that_would_write_is_stopped_before_the_account() -> None:
    accepted, refused = Reply(200, b"{}"), Reply(400, b"{}")
    create, noted = Request("discovery", "CreateApplication", HOME), set[Request]()

    with pytest.raises(AssertionError, match="CreateApplication would write"):
        before_hub(lambda _: accepted, noted, lambda: False)(create)
    with pytest.raises(AssertionError, match="CreateApplication might write"):
        before_account(lambda _: accepted, noted, lambda: False)(create)

    before_hub(lambda _: refused, noted, lambda: False)(create)
    assert before_account(lambda _: accepted, noted, lambda: False)(create) is accepted
    assert before_account(lambda _: accepted, set(), lambda: True)(create) is accepted


# everything is deleted


def test_verification_deletes_everything_that_it_created(
    whole: tuple[StandIn, Verification],
) -> None:
    stand_in, verification = whole

    assert verification.left == ()
    assert names_in(stand_in) == BEFORE


def test_all_names_start_with_the_name_of_the_run() -> None:
    stand_in = StandIn()
    run = stand_in.run()
    seen: set[str] = set()
    for _ in run.findings():
        seen |= names_in(stand_in)

    assert len(seen - BEFORE) > 30
    assert [name for name in seen - BEFORE if not name.startswith(run.name)] == []
    assert [name.name for name in stand_in.hub.streams if name.name not in BEFORE] == [run.name]


class StopError(Exception):
    pass


@pytest.mark.parametrize("error", [KeyboardInterrupt, BridgeError, StopError])
def test_verification_deletes_what_it_created_after_an_error_too(
    error: type[BaseException],
) -> None:
    stand_in = StandIn()
    count = 0

    def stop(_: object) -> None:
        nonlocal count
        count += 1
        if count == 250:
            raise error

    run = stand_in.run()
    with pytest.raises(error):
        run.verification(stop)

    assert len([one for one in stand_in.requests if one.operation == "CreateApplication"]) > 5
    assert run.left == []
    assert names_in(stand_in) == BEFORE


def test_verification_deletes_what_it_created_if_the_answer_was_lost_too() -> None:
    def lose(send: Send, request: Request) -> Reply:
        reply = send(request)
        if request.operation == "CreateApplication":
            raise KeyboardInterrupt
        return reply

    stand_in = StandIn(lose)
    with pytest.raises(KeyboardInterrupt):
        stand_in.verify()

    assert names_in(stand_in) == BEFORE


def test_verification_reports_what_it_cannot_delete() -> None:
    def refuse(send: Send, request: Request) -> Reply:
        if request.operation == "DeleteApplications":
            return refusal("AuthorizationErrorException")
        return send(request)

    run = StandIn(refuse).run()
    verification = run.verification()

    assert verification.left
    assert all(problem.startswith(f"the application {run.name} ") for problem in verification.left)
    assert "the caller may not call discovery:DeleteApplications" in verification.left[0]


def test_leftovers_of_earlier_runs_are_found() -> None:
    stand_in = StandIn()
    run = stand_in.run()
    for number, _ in enumerate(run.findings()):
        if number == 260:
            break

    other = stand_in.run(shared=False)
    leftovers = find_leftovers(other.account)
    assert leftovers.streams == [run.name]
    assert {*leftovers.names()} == names_in(stand_in) - BEFORE
    assert other.delete(leftovers) == []
    assert names_in(stand_in) == BEFORE


def test_leftovers_of_a_recent_run_are_taken_for_one_in_progress() -> None:
    young, old = f"{PREFIX}20270112120000-aaaaaa", f"{PREFIX}20270112100000-bbbbbb"
    leftovers = Leftovers([young, old], {"1": f"{old} a", "2": f"{young} a"}, {"3": f"{PREFIX}x"})
    eleven = 1799751600.0

    assert leftovers.before(eleven).names() == [old, f"{old} a", f"{PREFIX}x"]


# catching up


def test_verification_waits_for_eventual_consistency() -> None:
    """Reads answer as they did before the last write, for as long as ten seconds after it."""
    answers: dict[Request, Reply] = {}
    written = 0.0

    def lag(send: Send, request: Request) -> Reply:
        nonlocal written
        if not request.read_only:
            written = stand_in.hub.now.timestamp()
            return send(request)
        if request not in answers or stand_in.hub.now.timestamp() - written > 10:
            answers[request] = send(request)
        return answers[request]

    stand_in = StandIn(lag)
    verification = stand_in.verify()

    at_once = {
        "a change of an application is seen at once",
        "a deletion takes no time",
        "a task is mapped at once",
    }
    assert rules(verification, Outcome.DIFFERS) <= at_once
    assert names_in(stand_in) == BEFORE


def test_verification_stops_waiting_after_its_patience() -> None:
    def never(send: Send, request: Request) -> Reply:
        if request.operation == "ListDiscoveredResources":
            return result({"DiscoveredResourceList": []})
        return send(request)

    stand_in = StandIn(never)
    verification = stand_in.run(patience=10).verification()

    reasons = {finding.reason for finding in verification.of(Outcome.NOT_TRIED)}
    assert "the mapping of a task to a server did not happen in 10 s" in reasons


# rules that can't be tried


def test_probes_without_permission_are_not_tried() -> None:
    def deny(send: Send, request: Request) -> Reply:
        if request.operation == "ListMigrationTasks":
            return refusal("AccessDeniedException")
        return send(request)

    verification = StandIn(deny).verify(write=False)

    untried = verification.of(Outcome.NOT_TRIED)
    assert {finding.reason for finding in untried} == {
        "the caller may not call mgh:ListMigrationTasks"
    }
    assert rules(verification, Outcome.DIFFERS, Outcome.WORDING) == set()


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError"])
def test_a_service_failure_is_not_a_difference(code: str) -> None:
    def fail(send: Send, request: Request) -> Reply:
        if request.operation == "GetDiscoverySummary":
            return refusal(code)
        return send(request)

    verification = StandIn(fail).verify(write=False)

    untried = verification.of(Outcome.NOT_TRIED)
    assert {finding.reason for finding in untried} == {f"GetDiscoverySummary answered 400 {code}"}


def test_credentials_that_expire_end_the_run() -> None:
    def expire(send: Send, request: Request) -> Reply:
        if request.operation == "DescribeTags":
            return refusal("ExpiredTokenException")
        return send(request)

    with pytest.raises(BridgeError, match="the credentials have expired"):
        StandIn(expire).verify(write=False)


def test_an_answer_of_another_shape_does_not_end_the_run() -> None:
    def garble(send: Send, request: Request) -> Reply:
        if request.operation == "ListProgressUpdateStreams" and request.signed:
            return Reply(200, b'[{"ProgressUpdateStreamSummaryList": {"0": 1}}]')
        return send(request)

    verification = StandIn(garble).verify(write=False)

    assert len(verification.findings) == len([p for p in PROBES if p.stage is Stage.READS])
    assert "existing streams are listed by name" in rules(verification, Outcome.DIFFERS)


def test_a_rule_that_is_not_tried_has_a_reason() -> None:
    error = NotTried("because")

    assert str(error) == "because"


# the report


def test_the_result_has_no_values_of_the_account() -> None:
    secret = {
        "stream": "SECRET-STREAM",
        "task": "secret-task",
        "server": "secret-server.corp",
        "application": "Secret Application",
    }

    def leak(send: Send, request: Request) -> Reply:
        """Refuse nothing: answer all reads with the data of the account."""
        found = {
            "ListProgressUpdateStreams": {
                "ProgressUpdateStreamSummaryList": [{"ProgressUpdateStreamName": "SECRET-STREAM"}]
            },
            "ListMigrationTasks": {
                "MigrationTaskSummaryList": [
                    {"ProgressUpdateStream": "SECRET-STREAM", "MigrationTaskName": "secret-task"}
                ]
            },
            "ListConfigurations": {
                "configurations": [
                    {"server.hostName": "secret-server.corp", "application.name": "x"}
                ]
            },
            "DescribeConfigurations": {
                "configurations": [
                    {"application.name": "Secret Application", "server.hostName": "secret-server"}
                ]
            },
        }.get(request.operation)
        if found is None:
            return refusal(
                "ValidationException",
                f"User: arn:aws:iam::{ACCOUNT}:user/secret-user (AKIAIOSFODNN7EXAMPLE, "
                f"secret.user@secret.corp) of {ACCOUNT} may not see d-server-0123456789abcdef0.",
            )
        return result(found)

    verification = StandIn(leak).verify(write=False)
    text = json.dumps(as_json(verification)) + as_markdown(verification)

    assert len(verification.of(Outcome.DIFFERS)) > 50
    for word in (
        *secret.values(),
        "secret",
        ACCOUNT,
        "AKIAIOSFODNN7EXAMPLE",
        "arn:aws:iam",
        "0123456789abcdef0",
    ):
        assert word not in text


def test_the_result_does_not_name_the_run(whole: tuple[StandIn, Verification]) -> None:
    assert PREFIX not in json.dumps(as_json(whole[1]))


def test_an_empty_body_is_one_difference_not_many() -> None:
    """The documents say of many operations that a result has no body."""

    def empty(send: Send, request: Request) -> Reply:
        reply = send(request)
        return Reply(200, b"") if reply.body == b"{}" else reply

    verification = StandIn(empty).verify()

    assert rules(verification, Outcome.DIFFERS) == {"an empty result is an empty object"}
    assert names_in(StandIn(empty)) == BEFORE


def test_probes_that_need_the_account_id_are_not_tried_without_it() -> None:
    stand_in = StandIn()
    verification = Run(stand_in.send, None, HOME, patience=Patience(0)).verification()

    untried = verification.of(Outcome.NOT_TRIED)
    assert {finding.reason for finding in untried} == {"the caller may not read the account's id"}
    assert "a dry run of CreateHomeRegionControl" in rules(verification, Outcome.NOT_TRIED)
    assert rules(verification, Outcome.DIFFERS, Outcome.WORDING) == set()


def test_a_request_to_another_host_is_recognized_by_its_destination() -> None:
    target = ("X-Amz-Target", "AWSMigrationHub.DeleteProgressUpdateStream")

    assert Request("mgh", "ListMigrationTasks", HOME).read_only
    assert not Request("mgh", "ListMigrationTasks", HOME, headers=(target,)).read_only

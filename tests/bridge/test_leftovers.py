from __future__ import annotations

import pytest
from stand_in import StandIn, answering, refusal, result

from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.leftovers import PREFIX, Leftovers, find_leftovers

OLD = f"{PREFIX}20200101000000-3f9a1c"


def test_leftovers_are_found_on_every_page_of_a_list() -> None:
    stand_in = StandIn()
    names = [f"{OLD}-{number:03}" for number in range(120)]
    stand_in.hub.load({"streams": [{"name": name} for name in names]})

    assert find_leftovers(stand_in.run().account).streams == names
    pages = [one for one in stand_in.requests if one.operation == "ListProgressUpdateStreams"]
    assert len(pages) > 1


@pytest.mark.parametrize("operation", ["ListProgressUpdateStreams", "ListConfigurations"])
def test_leftovers_cannot_be_found_in_an_answer_without_a_list(operation: str) -> None:
    account = answering(operation, result({})).run().account

    with pytest.raises(NotTried, match=f"{operation} answered 200"):
        find_leftovers(account)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ExpiredTokenException"])
def test_what_is_known_is_deleted_where_nothing_else_can_be_looked_for(code: str) -> None:
    stand_in = answering("ListProgressUpdateStreams", refusal(code))
    stand_in.hub.load({"streams": [{"name": OLD}]})

    (problem,) = stand_in.run().delete(Leftovers([OLD]), OLD)

    assert problem.startswith(f"could not look for other things that {OLD} made: ")
    assert OLD not in [stream.name for stream in stand_in.hub.streams]


def test_a_stream_whose_deletion_is_refused_is_reported() -> None:
    stand_in = answering("DeleteProgressUpdateStream", refusal("InvalidInputException"))

    (problem,) = stand_in.run().delete(Leftovers([OLD]))

    answer = "DeleteProgressUpdateStream answered 400 InvalidInputException"
    assert problem == f"the stream {OLD} could not be deleted: {answer}"


def test_a_stream_that_is_gone_already_is_no_problem() -> None:
    assert StandIn().run().delete(Leftovers([OLD])) == []


def test_the_deletion_of_servers_that_are_gone_already_is_not_started() -> None:
    stand_in = StandIn()

    assert stand_in.run().delete(Leftovers(servers={"d-server-0123456789abcdef0": "gone"})) == []
    assert "StartBatchDeleteConfigurationTask" not in {one.operation for one in stand_in.requests}


def test_servers_that_a_deletion_leaves_are_reported() -> None:
    failed = {"configurationId": "d-server-1", "errorStatusCode": 500, "errorMessage": "no"}
    done = {"task": {"status": "COMPLETED", "failedConfigurations": [failed]}}
    stand_in = answering("DescribeBatchDeleteConfigurationTask", result(done))
    id_ = stand_in.hub.add_server(f"{OLD}-a.invalid").configuration_id

    assert stand_in.run().delete(Leftovers(servers={id_: f"{OLD}-a.invalid"})) == [
        f"the servers {OLD}-a.invalid could not be deleted: ['d-server-1'] were not deleted"
    ]

from __future__ import annotations

import pytest
from stand_in import ACCOUNT, HOME, REFERENCE, StandIn, answering, result

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.patience import Patience
from pytest_mgh.bridge.probes.catalog import PROBES
from pytest_mgh.bridge.probes.probe import probes


def account_of(stand_in: StandIn) -> ProbedAccount:
    """Return an account whose calls the stand-in answers."""
    patience = Patience(300, stand_in.hub.advance)
    return ProbedAccount(stand_in.send, ACCOUNT, HOME, REFERENCE.name, patience)


def test_the_stream_of_a_run_is_found_on_every_page_of_a_list() -> None:
    stand_in = StandIn()
    stand_in.hub.load({"streams": [{"name": f"a-{number:03}"} for number in range(120)]})
    account = account_of(stand_in)
    assert not account.is_listed()

    account.stream()
    assert account.is_listed()


def test_whether_a_stream_is_listed_cannot_be_told_from_an_answer_without_a_list() -> None:
    account = account_of(answering("ListProgressUpdateStreams", result({})))

    with pytest.raises(NotTried, match="ListProgressUpdateStreams, which it needs, gave no list"):
        account.is_listed()


def test_a_probe_whose_application_gets_no_id_is_not_tried() -> None:
    account = account_of(answering("CreateApplication", result({})))

    with pytest.raises(NotTried, match="CreateApplication, which it needs, gave no id"):
        account.application()


def test_two_probes_of_one_name_are_refused() -> None:
    known = [probe.name for probe in PROBES]

    with pytest.raises(ValueError, match=f"two probes are named '{known[0]}'"):
        probes({"Streams: more": {known[0]: ProbedAccount.stream}})
    assert [probe.name for probe in PROBES] == known

from __future__ import annotations

import pytest
from stand_in import ACCOUNT, HOME, REFERENCE, StandIn, answering, result

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.patience import Patience


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

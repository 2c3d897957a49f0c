"""Callers that come from moto, each kept at its first call that is not refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_mgh.access.authentication import refuse_unknown_key
from pytest_mgh.access.moto_iam import find_moto_caller, moto_is_active, moto_policies
from pytest_mgh.access.policy import Policy
from pytest_mgh.access.principals import Principal, share_policies
from pytest_mgh.access.remarks import without_remarks

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal


class MotoCallers:
    """Finds moto's callers, and what decides about their calls.

    Args:
        journal: Where changes go.
        iam: Whether the policies that moto's IAM holds for them decide.

    Attributes:
        by_key: Those that are kept, by their access keys.
    """

    def __init__(self, journal: Journal, *, iam: bool) -> None:
        self._journal = journal
        self._iam = iam
        self.by_key: dict[str, Principal] = {}

    def find(
        self, access_key: str, known: Iterable[Principal], note: Callable[[str], None]
    ) -> Principal | None:
        """Return the caller of an access key of moto's as it is now, or `None`.

        Args:
            access_key: The key.
            known: The hub's own callers: the policies of one that is the same user or role are
                those of moto's too, unless moto's IAM decides.
            note: Notes what is odd about the policies of moto's IAM.

        Raises:
            AuthenticationError: The key is not there any more, or not active.
        """
        kept, found = self.by_key.get(access_key), find_moto_caller(access_key)
        if kept is not None and found is None and moto_is_active():
            refuse_unknown_key()
        principal = kept or found
        if principal is not None:
            if self._iam and moto_is_active():
                return _with_policies(principal, note)
            if kept is None and not self._iam:
                _share_policies(principal, known)
        return principal

    def keep(self, caller: Principal) -> None:
        """Keep a caller as it is now."""
        if self.by_key.get(caller.access_key) is not caller:
            self._journal.put(self.by_key, caller.access_key, caller)


def _with_policies(principal: Principal, note: Callable[[str], None]) -> Principal:
    """Return a caller with the policies that moto's IAM holds for it now."""
    documents: dict[str, list[object] | None] = {"policy": None, "permissions_boundary": None}
    for kind, named in moto_policies(principal).items():
        documents[kind] = [
            document for name, document in named if _is_readable(principal, name, document, note)
        ]
    if all(getattr(principal, kind) == given for kind, given in documents.items()):
        return principal
    with without_remarks():
        changed = replace(principal)
        changed.session_policy = principal.session_policy
        for kind, given in documents.items():
            setattr(changed, kind, given)
    return changed


def _is_readable(
    principal: Principal, name: str, document: object, note: Callable[[str], None]
) -> bool:
    """Whether IAM would take a document: moto takes more."""
    try:
        policy = Policy(document, name)
    except ValueError as error:
        text = f"moto's IAM has a policy of {principal.name} that allows nothing"
        note(f"{text}: {error}")
        return False
    for remark in policy.remarks("identity-based policy", role=principal.role):
        note(remark)
    return True


def _share_policies(principal: Principal, known: Iterable[Principal]) -> None:
    """Give a caller of moto's the policies and tags that the hub has for the same user or role."""
    who = (principal.type, principal.account_id, principal.name)
    for one in known:
        if (one.type, one.account_id, one.name) == who:
            share_policies(principal, one)
            return

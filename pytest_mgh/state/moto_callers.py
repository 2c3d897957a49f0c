"""Callers that come from moto, each recorded at its first call."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pytest_mgh.access.authentication import refuse_unknown_key
from pytest_mgh.access.moto_iam import find_moto_caller, moto_is_active, moto_policies
from pytest_mgh.access.policy import Policy
from pytest_mgh.access.remarks import without_remarks

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.state.journal import Journal


class MotoCallers:
    """Finds moto's callers, and what decides about their calls.

    Args:
        journal: Where changes go.
        note: Notes what no answer tells.
        iam: Whether the policies that moto's IAM holds for them decide.

    Attributes:
        by_key: Those who have called, by their access keys.
    """

    def __init__(self, journal: Journal, note: Callable[[str], None], *, iam: bool) -> None:
        self._journal = journal
        self._note = note
        self._iam = iam
        self.by_key: dict[str, Principal] = {}

    def find(self, access_key: str, known: Iterable[Principal]) -> Principal | None:
        """Return the caller of an access key of moto's, or `None`.

        Args:
            access_key: The key.
            known: The hub's own callers: the policies of one that is the same user or role are
                those of moto's too, unless moto's IAM decides.

        Raises:
            AuthenticationError: The key is not there any more, or not active.
        """
        principal, found = self.by_key.get(access_key), find_moto_caller(access_key)
        if principal is None:
            if found is None:
                return None
            principal = found
            self._journal.put(self.by_key, access_key, principal)
            if not self._iam:
                _share_policies(principal, known)
        elif found is None and moto_is_active():
            refuse_unknown_key()
        if self._iam and moto_is_active():
            self._set_policies(principal)
        return principal

    def _set_policies(self, principal: Principal) -> None:
        """Let the policies that moto's IAM holds for a caller now decide about its calls."""
        policies = moto_policies(principal)
        for kind in ("policy", "permissions_boundary"):
            named = policies.get(kind)
            documents = None if named is None else self._readable(principal, named)
            if documents != getattr(principal, kind):
                with without_remarks():
                    setattr(principal, kind, documents)

    def _readable(self, principal: Principal, named: Iterable[tuple[str, object]]) -> list[object]:
        """Return the documents that IAM would take: moto takes more."""
        return [
            document for name, document in named if self._is_readable(principal, name, document)
        ]

    def _is_readable(self, principal: Principal, name: str, document: object) -> bool:
        try:
            policy = Policy(document, name)
        except ValueError as error:
            text = f"moto's IAM has a policy of {principal.name} that allows nothing"
            self._note(f"{text}: {error}")
            return False
        for remark in policy.remarks("identity-based policy", role=principal.role):
            self._note(remark)
        return True


def _share_policies(principal: Principal, known: Iterable[Principal]) -> None:
    """Let what the hub was told of the same user or role be true of a caller of moto's."""
    who = (principal.type, principal.account_id, principal.name)
    for one in known:
        if (one.type, one.account_id, one.name) == who:
            own = dict(principal.policies)
            principal.policies = ChainMap(own, one.policies) if own else one.policies
            principal.tags = one.tags
            return

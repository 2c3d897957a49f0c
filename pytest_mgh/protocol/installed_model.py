"""The installed botocore's model of a service, read only if a call is about to fail."""

from __future__ import annotations


def has_operation(service: str, operation: str) -> bool:
    """Whether the installed botocore has an operation, so that AWS has it too.

    Args:
        service: The service's name in botocore.
        operation: The operation's name.
    """
    try:
        from botocore.session import Session

        return operation in Session().get_service_model(service).operation_names
    except Exception:  # noqa: BLE001 (no botocore, or a broken one: it knows nothing)
        return False

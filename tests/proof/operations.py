"""All operations of the three services, as in the API References."""

from __future__ import annotations

from typing import Any, NamedTuple

from proof.shapes import (
    ABOUT,
    AGENT,
    APPLICATION_STATUS,
    ARN,
    ATTRIBUTE,
    CONTROL,
    DELETE_AGENT,
    DELETION,
    DESCRIPTION,
    DETAIL,
    EXPORT_FILTER,
    FILTER,
    FLAG,
    ID,
    IMPORT_FILTER,
    IMPORT_NAME,
    IMPORT_TASK,
    IMPORT_URL,
    ITEM,
    MOMENT,
    NAME,
    ORDER,
    PREFERENCES,
    REGION,
    SIZE,
    SMALL_SIZE,
    SOLID_ITEM,
    SOURCE,
    STATE,
    STREAM,
    TAG,
    TAG_FILTER,
    TARGET,
    TASK,
    TOKEN,
    WAVE,
    Many,
    Parts,
    Text,
    Whole,
)


class Operation(NamedTuple):
    """An operation of the tables below.

    Args:
        service: The service that has it.
        name: Its name.
        request: What its request is made of.
        errors: The errors that it declares.
        on: What policies match: `S` a stream, `T` a task, `*` nothing.
        home: `W` is called in the home Region, `R` anywhere but with a home Region, `-` always.
    """

    service: str
    name: str
    request: Parts
    errors: tuple[str, ...]
    on: str
    home: str


_ERRORS = {
    "AD": "AccessDeniedException",
    "TH": "ThrottlingException",
    "II": "InvalidInputException",
    "ISE": "InternalServerError",
    "SU": "ServiceUnavailableException",
    "DR": "DryRunOperation",
    "UO": "UnauthorizedOperation",
    "RNF": "ResourceNotFoundException",
    "HRNS": "HomeRegionNotSetException",
    "PE": "PolicyErrorException",
    "AE": "AuthorizationErrorException",
    "IP": "InvalidParameterException",
    "IPV": "InvalidParameterValueException",
    "SIE": "ServerInternalErrorException",
    "ONP": "OperationNotPermittedException",
    "RIU": "ResourceInUseException",
    "CE": "ConflictErrorException",
    "LE": "LimitExceededException",
}
_EVERY = {"mgh": "AD TH II ISE SU", "migrationhub-config": "AD TH II ISE SU", "discovery": ""}

# Name, what policies match, home Region, and errors beside those that all of a service have.
_TABLES = {
    "mgh": """
        AssociateCreatedArtifact        T W  DR UO RNF HRNS
        AssociateDiscoveredResource     T W  DR UO PE RNF HRNS
        AssociateSourceResource         T W  DR UO RNF
        CreateProgressUpdateStream      S W  DR UO HRNS
        DeleteProgressUpdateStream      S R  DR UO RNF HRNS
        DescribeApplicationState        * R  PE RNF HRNS
        DescribeMigrationTask           T R  RNF HRNS
        DisassociateCreatedArtifact     T W  DR UO RNF HRNS
        DisassociateDiscoveredResource  T W  DR UO RNF HRNS
        DisassociateSourceResource      T W  DR UO RNF
        ImportMigrationTask             T W  DR UO RNF HRNS
        ListApplicationStates           * R  HRNS
        ListCreatedArtifacts            T R  RNF HRNS
        ListDiscoveredResources         T R  RNF HRNS
        ListMigrationTaskUpdates        T R  RNF
        ListMigrationTasks              * R  PE RNF HRNS
        ListProgressUpdateStreams       * R  HRNS
        ListSourceResources             T R  RNF
        NotifyApplicationState          * W  DR UO PE RNF HRNS
        NotifyMigrationTaskState        T W  DR UO RNF HRNS
        PutResourceAttributes           T W  DR UO RNF HRNS
    """,
    "migrationhub-config": """
        CreateHomeRegionControl         * -  DR
        DeleteHomeRegionControl         * -
        DescribeHomeRegionControls      * -
        GetHomeRegion                   * -
    """,
    "discovery": """
        AssociateConfigurationItemsToApplication      * W  AE IP IPV SIE HRNS
        BatchDeleteAgents                             * -  AE IP IPV SIE
        BatchDeleteImportData                         * R  AE IP IPV SIE HRNS
        CreateApplication                             * W  AE IP IPV SIE HRNS
        CreateTags                                    * W  AE RNF IP IPV SIE HRNS
        DeleteApplications                            * R  AE IP IPV SIE HRNS
        DeleteTags                                    * R  AE RNF IP IPV SIE HRNS
        DescribeAgents                                * R  AE IP IPV SIE HRNS
        DescribeBatchDeleteConfigurationTask          * R  AE IPV SIE HRNS
        DescribeConfigurations                        * R  AE IP IPV SIE HRNS
        DescribeContinuousExports                     * R  AE IP IPV SIE ONP RNF HRNS
        DescribeExportConfigurations                  * R  AE RNF IP IPV SIE HRNS
        DescribeExportTasks                           * R  AE IP IPV SIE HRNS
        DescribeImportTasks                           * R  AE IP IPV SIE HRNS
        DescribeTags                                  * R  AE RNF IP IPV SIE HRNS
        DisassociateConfigurationItemsFromApplication * W  AE IP IPV SIE HRNS
        ExportConfigurations                          * W  AE IP IPV SIE ONP HRNS
        GetDiscoverySummary                           * R  AE IP IPV SIE HRNS
        ListConfigurations                            * R  AE RNF IP IPV SIE HRNS
        ListServerNeighbors                           * R  AE IP IPV SIE HRNS
        StartBatchDeleteConfigurationTask             * W  LE AE SIE HRNS ONP IPV IP
        StartContinuousExport                         * W  CE AE IP IPV SIE ONP RIU HRNS
        StartDataCollectionByAgentIds                 * W  AE IP IPV SIE HRNS
        StartExportTask                               * W  AE IP IPV SIE ONP HRNS
        StartImportTask                               * W  RIU AE IP IPV SIE HRNS
        StopContinuousExport                          * R  AE IP IPV SIE ONP RNF RIU HRNS
        StopDataCollectionByAgentIds                  * R  AE IP IPV SIE HRNS
        UpdateApplication                             * W  AE IP IPV SIE HRNS
    """,
}

_ARTIFACT = Parts({"Name": ARN}, {"Description": DESCRIPTION})
_RESOURCE = Parts({"ConfigurationId": ID}, {"Description": DESCRIPTION})
_SOURCE = Parts({"Name": SOURCE}, {"Description": DESCRIPTION, "StatusDetail": DETAIL})
_MEMBERS = {"applicationConfigurationId": SOLID_ITEM, "configurationIds": Many(ITEM)}
_KIND = Text(members=("SERVER", "PROCESS", "CONNECTION", "APPLICATION"))

# What a request needs, besides the stream and the task that it is on.
_REQUIRED: dict[str, dict[str, Any]] = {
    "AssociateConfigurationItemsToApplication": _MEMBERS,
    "AssociateCreatedArtifact": {"CreatedArtifact": _ARTIFACT},
    "AssociateDiscoveredResource": {"DiscoveredResource": _RESOURCE},
    "AssociateSourceResource": {"SourceResource": _SOURCE},
    "BatchDeleteAgents": {"deleteAgents": Many(DELETE_AGENT, 1, 50)},
    "BatchDeleteImportData": {"importTaskIds": Many(IMPORT_TASK, 1, 10)},
    "CreateApplication": {"name": NAME},
    "CreateHomeRegionControl": {"HomeRegion": REGION, "Target": TARGET},
    "CreateTags": {"configurationIds": Many(ITEM), "tags": Many(TAG)},
    "DeleteApplications": {"configurationIds": Many(SOLID_ITEM)},
    "DeleteHomeRegionControl": {"ControlId": CONTROL},
    "DeleteTags": {"configurationIds": Many(ITEM)},
    "DescribeApplicationState": {"ApplicationId": ID},
    "DescribeBatchDeleteConfigurationTask": {"taskId": DELETION},
    "DescribeConfigurations": {"configurationIds": Many(ITEM)},
    "DisassociateConfigurationItemsFromApplication": _MEMBERS,
    "DisassociateCreatedArtifact": {"CreatedArtifactName": ARN},
    "DisassociateDiscoveredResource": {"ConfigurationId": ID},
    "DisassociateSourceResource": {"SourceResourceName": SOURCE},
    "ListConfigurations": {"configurationType": _KIND},
    "ListServerNeighbors": {"configurationId": ITEM},
    "NotifyApplicationState": {"ApplicationId": ID, "Status": APPLICATION_STATUS},
    "NotifyMigrationTaskState": {
        "Task": STATE,
        "UpdateDateTime": MOMENT,
        "NextUpdateSeconds": Whole(0),
    },
    "PutResourceAttributes": {"ResourceAttributeList": Many(ATTRIBUTE, 1, 100)},
    "StartBatchDeleteConfigurationTask": {
        "configurationType": Text(members=("SERVER",)),
        "configurationIds": Many(ITEM),
    },
    "StartDataCollectionByAgentIds": {"agentIds": Many(AGENT)},
    "StartImportTask": {"name": IMPORT_NAME, "importUrl": IMPORT_URL},
    "StopContinuousExport": {"exportId": ITEM},
    "StopDataCollectionByAgentIds": {"agentIds": Many(AGENT)},
    "UpdateApplication": {"configurationId": SOLID_ITEM},
}
_PAGE = {"NextToken": TOKEN, "MaxResults": SIZE}
_SMALL_PAGE = {"NextToken": TOKEN, "MaxResults": SMALL_SIZE}
# silent: 0 counts as absent, more than 100 is refused.
_ITEM_PAGE = {"maxResults": Whole(0, 100), "nextToken": Text()}

# And its optional members, besides DryRun.
_OPTIONAL: dict[str, dict[str, Any]] = {
    "BatchDeleteImportData": {"deleteHistory": FLAG},
    "CreateApplication": {"description": ABOUT, "wave": WAVE},
    "DeleteTags": {"tags": Many(TAG)},
    "DescribeAgents": {"agentIds": Many(AGENT), "filters": Many(FILTER), **_ITEM_PAGE},
    "DescribeContinuousExports": {
        "exportIds": Many(ITEM),
        "maxResults": Whole(1, 100),
        "nextToken": Text(),
    },
    "DescribeExportConfigurations": {"exportIds": Many(ITEM), **_ITEM_PAGE},
    "DescribeExportTasks": {"exportIds": Many(ITEM), "filters": Many(EXPORT_FILTER), **_ITEM_PAGE},
    "DescribeHomeRegionControls": {
        "ControlId": CONTROL,
        "HomeRegion": REGION,
        "Target": TARGET,
        **_PAGE,
    },
    "DescribeImportTasks": {
        "filters": Many(IMPORT_FILTER),
        "maxResults": Whole(1, 100),
        "nextToken": Text(),
    },
    "DescribeTags": {"filters": Many(TAG_FILTER), **_ITEM_PAGE},
    "ListApplicationStates": {"ApplicationIds": Many(ID, 1, 100), **_PAGE},
    "ListConfigurations": {"filters": Many(FILTER), "orderBy": Many(ORDER), **_ITEM_PAGE},
    "ListCreatedArtifacts": _SMALL_PAGE,
    "ListDiscoveredResources": _SMALL_PAGE,
    "ListMigrationTaskUpdates": _PAGE,
    "ListMigrationTasks": {"ResourceName": ID, **_PAGE},
    "ListProgressUpdateStreams": _PAGE,
    "ListServerNeighbors": {
        "portInformationNeeded": FLAG,
        "neighborConfigurationIds": Many(ITEM),
        **_ITEM_PAGE,
        "nextToken": Text(0, 10000),
    },
    "ListSourceResources": _SMALL_PAGE,
    "NotifyApplicationState": {"UpdateDateTime": MOMENT},
    "StartExportTask": {
        "exportDataFormat": Many(Text(members=("CSV",))),
        "filters": Many(EXPORT_FILTER),
        "startTime": MOMENT,
        "endTime": MOMENT,
        "preferences": PREFERENCES,
    },
    "StartImportTask": {"clientRequestToken": Text(1, 100)},
    "UpdateApplication": {"name": NAME, "description": ABOUT, "wave": WAVE},
}
_ON = {
    "S": {"ProgressUpdateStreamName": STREAM},
    "T": {"ProgressUpdateStream": STREAM, "MigrationTaskName": TASK},
    "*": {},
}


def _read(service: str, row: str) -> Operation:
    name, on, home, *extra = row.split()
    errors = (*_EVERY[service].split(), *extra)
    optional = _OPTIONAL.get(name, {}) | ({"DryRun": FLAG} if "DR" in extra else {})
    request = Parts(_ON[on] | _REQUIRED.get(name, {}), optional)
    return Operation(service, name, request, tuple(_ERRORS[one] for one in errors), on, home)


_ALL = [
    _read(service, row) for service, table in _TABLES.items() for row in table.strip().splitlines()
]
OPERATIONS = {operation.name: operation for operation in _ALL}


def names(*services: str) -> list[str]:
    """Name the operations of some services."""
    return [name for name, operation in OPERATIONS.items() if operation.service in services]

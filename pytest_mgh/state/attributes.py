"""The attributes of a server: each stands here once, with all that the hub knows of it.

Rows, filters, orders, imports, identity, seeds, views, the console and exports are made from this
table; the schema of estates and the types of seeds are held against it by a test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

Values = Mapping[str, tuple[str, ...]]
"""What is known of a server: values by the names of attributes. Only lists have more than one, and
what a migration task says, which may name a server more than once."""

EQUALITY = ("EQUALS", "NOT_EQUALS", "EQ", "NE")
CONTAINMENT = (*EQUALITY, "CONTAINS", "NOT_CONTAINS")
NUMERIC = ("GE", "LE", "GT", "LT")

SERVER_TYPES = ("EC2", "OTHER", "VMWARE_HOST", "VMWARE_VM", "VMWARE_VM_TEMPLATE")


class CellForm(NamedTuple):
    """What a value has to look like.

    Args:
        title: What it is, in words: the end of a message.
        holds: Whether a text is one.
    """

    title: str
    holds: Callable[[str], bool]


_COUNT = re.compile("[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


ANY_TEXT = CellForm("a text", lambda _: True)
COUNT = CellForm("a whole number >= 0", lambda text: _COUNT.fullmatch(text) is not None)
NUMBER = CellForm("a number >= 0", _is_number)
PERCENTAGE = CellForm(
    "a percentage, 0 to 100", lambda text: _is_number(text) and float(text) <= 100
)


class Attribute(NamedTuple):
    """An attribute of a server.

    Args:
        name: Its name in seeds and views; measurements stand behind `performance.`.
        key: What stands behind `server.` in rows and filters; empty for what no row shows.
        column: Its column in AWS's import template.
        rvtools: Its column in the sheet vInfo of RVTools.
        types: The types of resource attributes that tell it to Migration Hub.
        identity: The kind of identity that it is, if it is one.
        many: Whether a server has a list of them.
        form: What a cell of an import has to hold.
        factor: What a cell is multiplied by: the template has MB where the service has KB.
        conditions: The conditions of filters on it.
        sorts: Whether ListConfigurations orders by it.
        listed: Whether ListConfigurations shows it, empty where it is not known.
        described: Whether DescribeConfigurations shows it where it is known.
        export: Its column in exports; empty for what they leave out.
        group: Where people look for it.
        words: What people call it; by default its name in words.
    """

    name: str
    key: str = ""
    column: str = ""
    rvtools: str = ""
    types: tuple[str, ...] = ()
    identity: str = ""
    many: bool = False
    form: CellForm = ANY_TEXT
    factor: int = 1
    conditions: tuple[str, ...] = ()
    sorts: bool = False
    listed: bool = False
    described: bool = False
    export: str = ""
    group: str = "Server"
    words: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        name = self.name.removeprefix("performance.")
        return self.words or (name if self.is_measurement else name.replace("_", " ").capitalize())

    @property
    def is_measurement(self) -> bool:
        """Whether it is one of the figures of its performance."""
        return self.name.startswith("performance.")


def _measured(
    name: str,
    column: str = "",
    form: CellForm = NUMBER,
    *,
    rvtools: str = "",
    factor: int = 1,
    conditions: tuple[str, ...] = (),
    described: bool = True,
) -> Attribute:
    return Attribute(
        f"performance.{name}",
        key=f"performance.{name}" if described or conditions else "",
        column=column,
        rvtools=rvtools,
        form=form,
        factor=factor,
        conditions=conditions,
        described=described,
        export=name,
        group="Performance",
    )


_TABLE = (
    Attribute(
        "hostname",
        words="Host name",
        key="hostName",
        column="HostName",
        rvtools="DNS Name",
        types=("FQDN",),
        identity="name",
        conditions=CONTAINMENT,
        sorts=True,
        listed=True,
        export="hostName",
    ),
    Attribute(
        "ip_addresses",
        words="IP addresses",
        key="networkInterfaceInfo.ipAddress",
        column="IPAddress",
        rvtools="Primary IP Address",
        types=("IPV4_ADDRESS", "IPV6_ADDRESS"),
        identity="ip",
        many=True,
        conditions=CONTAINMENT,
        export="ipAddresses",
        group="Network",
    ),
    Attribute(
        "mac_addresses",
        words="MAC addresses",
        key="networkInterfaceInfo.macAddress",
        column="MACAddress",
        types=("MAC_ADDRESS",),
        identity="mac",
        many=True,
        conditions=CONTAINMENT,
        export="macAddresses",
        group="Network",
    ),
    Attribute("type", key="type", conditions=EQUALITY, listed=True, export="type"),
    Attribute(
        "os_name",
        words="Operating system",
        key="osName",
        column="OS.Name",
        rvtools="OS according to the VMware Tools",
        conditions=CONTAINMENT,
        sorts=True,
        listed=True,
        export="osName",
        group="Operating system",
    ),
    Attribute(
        "os_version",
        words="Version of the system",
        key="osVersion",
        column="OS.Version",
        conditions=CONTAINMENT,
        sorts=True,
        listed=True,
        export="osVersion",
        group="Operating system",
    ),
    Attribute(
        "agent_id", words="Agent", key="agentId", conditions=EQUALITY, listed=True, export="agentId"
    ),
    Attribute("source", key="source", listed=True, export="source"),
    Attribute(
        "cpu_type",
        words="Processor",
        key="cpuType",
        described=True,
        export="cpuType",
        group="Hardware",
    ),
    Attribute("hypervisor", key="hypervisor", described=True, export="hypervisor"),
    Attribute(
        "external_id",
        words="External ID",
        column="ExternalId",
        identity="external id",
        export="externalId",
    ),
    Attribute(
        "vm_manager_id",
        words="vCenter",
        key="vmWareInfo.vcenterId",
        column="VMware.VCenterId",
        rvtools="VI SDK UUID",
        types=("VM_MANAGER_ID",),
        conditions=CONTAINMENT,
        described=True,
        export="vmWareVCenterId",
        group="VMware",
    ),
    Attribute(
        "vm_managed_object_reference",
        words="MoRef ID",
        key="vmWareInfo.morefId",
        column="VMware.MoRefId",
        rvtools="VM ID",
        types=("VM_MANAGED_OBJECT_REFERENCE",),
        identity="moref",
        conditions=CONTAINMENT,
        described=True,
        export="vmWareMoRefId",
        group="VMware",
    ),
    Attribute(
        "vm_name",
        words="VM name",
        column="VMware.VMName",
        rvtools="VM",
        types=("VM_NAME",),
        identity="vm name",
        export="vmWareVMName",
        group="VMware",
    ),
    Attribute(
        "vm_path",
        words="VM path",
        rvtools="Path",
        types=("VM_PATH",),
        identity="vm path",
        export="vmWarePath",
        group="VMware",
    ),
    Attribute(
        "vm_host_id",
        words="VMware host",
        key="vmWareInfo.hostId",
        conditions=CONTAINMENT,
        described=True,
        export="vmWareHostId",
        group="VMware",
    ),
    Attribute(
        "port_group_ids",
        words="Port group IDs",
        key="networkInterfaceInfo.portGroupId",
        many=True,
        conditions=CONTAINMENT,
        export="portGroupIds",
        group="Network",
    ),
    Attribute(
        "port_group_names",
        words="Port groups",
        key="networkInterfaceInfo.portGroupName",
        many=True,
        conditions=CONTAINMENT,
        export="portGroupNames",
        group="Network",
    ),
    Attribute(
        "virtual_switch_names",
        words="Virtual switches",
        key="networkInterfaceInfo.virtualSwitchName",
        many=True,
        conditions=CONTAINMENT,
        export="virtualSwitchNames",
        group="Network",
    ),
    Attribute(
        "bios_id",
        words="BIOS ID",
        column="SMBiosId",
        rvtools="SMBIOS UUID",
        types=("BIOS_ID",),
        identity="bios",
        export="smBiosId",
        group="Hardware",
    ),
    Attribute(
        "motherboard_serial_number",
        types=("MOTHERBOARD_SERIAL_NUMBER",),
        identity="serial number",
        export="motherboardSerialNumber",
        group="Hardware",
    ),
    _measured("avgCpuUsagePct", "CPU.UsagePct.Avg", PERCENTAGE, conditions=NUMERIC),
    _measured("maxCpuUsagePct", "CPU.UsagePct.Max", PERCENTAGE),
    _measured("avgDiskReadIOPS", "DiskReadsOpsPerSecond.Avg"),
    _measured("maxDiskReadIOPS", "DiskReadsOpsPerSecond.Max"),
    _measured("avgDiskWriteIOPS", "DiskWritesOpsPerSecond.Avg"),
    _measured("maxDiskWriteIOPS", "DiskWritesOpsPerSecond.Max"),
    _measured("avgDiskReadsPerSecondInKB", "DiskReadsPerSecondInKB.Avg"),
    _measured("maxDiskReadsPerSecondInKB", "DiskReadsPerSecondInKB.Max"),
    _measured("avgDiskWritesPerSecondInKB", "DiskWritesPerSecondInKB.Avg"),
    _measured("maxDiskWritesPerSecondInKB", "DiskWritesPerSecondInKB.Max"),
    _measured("avgNetworkReadsPerSecondInKB", "NetworkReadsPerSecondInKB.Avg"),
    _measured("maxNetworkReadsPerSecondInKB", "NetworkReadsPerSecondInKB.Max"),
    _measured("avgNetworkWritesPerSecondInKB", "NetworkWritesPerSecondInKB.Avg"),
    _measured("maxNetworkWritesPerSecondInKB", "NetworkWritesPerSecondInKB.Max"),
    _measured("avgFreeRAMInKB", conditions=NUMERIC),
    _measured("minFreeRAMInKB"),
    _measured("totalRAMInKB", "RAM.TotalSizeInMB", factor=1024, rvtools="Memory"),
    _measured("numCores", "CPU.NumberOfCores", COUNT),
    _measured("numCpus", "CPU.NumberOfProcessors", COUNT, rvtools="CPUs"),
    _measured("numDisks", form=COUNT),
    _measured("numNetworkCards", form=COUNT),
    _measured("totalDiskFreeSizeInKB", conditions=NUMERIC, described=False),
    _measured("numLogicalCores", "CPU.NumberOfLogicalCores", COUNT, described=False),
    _measured("avgUsedRAMInKB", "RAM.UsedSizeInMB.Avg", factor=1024, described=False),
    _measured("maxUsedRAMInKB", "RAM.UsedSizeInMB.Max", factor=1024, described=False),
)

ATTRIBUTES: Mapping[str, Attribute] = {attribute.name: attribute for attribute in _TABLE}
"""Every attribute by name, in the order of the tables that are made from it."""

MEASUREMENTS = tuple(
    name.removeprefix("performance.") for name, one in ATTRIBUTES.items() if one.is_measurement
)
"""What can stand behind `performance.`."""

BY_TYPE: Mapping[str, str] = {type_: one.name for one in _TABLE for type_ in one.types}
"""The attribute that a type of resource attributes tells."""

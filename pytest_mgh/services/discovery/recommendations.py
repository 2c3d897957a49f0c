"""Recommendations of EC2 instances: for each server the cheapest type that is big enough.

Which types there are and what they cost relative to each other is a small extract of EC2's; prices
change, so the columns of prices stay empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, isfinite
from typing import TYPE_CHECKING, NamedTuple

from pytest_mgh.services.discovery.export_files import Columns, make_table, scaled

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Basis, ExportTask, Server
    from pytest_mgh.state.repository import Repository


class _Instance(NamedTuple):
    name: str
    cpus: int
    memory: float
    """In MB."""
    cost: float


def _family(name: str, cost: float, memory: int, sizes: str) -> Iterator[_Instance]:
    """Give the sizes of a family; a size's memory and cost grow with its virtual CPUs.

    Args:
        name: The family.
        cost: What a virtual CPU of it costs, relative to other families.
        memory: The GB of memory for each virtual CPU.
        sizes: The virtual CPUs by size.
    """
    for size in sizes.split():
        cpus = int(size.partition("=")[2])
        name_of_size = size.partition("=")[0]
        yield _Instance(f"{name}.{name_of_size}", cpus, cpus * memory * 1024.0, cpus * cost)


_SIZES = "large=2 xlarge=4 2xlarge=8 4xlarge=16 8xlarge=32 12xlarge=48 24xlarge=96"
_INSTANCES = sorted(
    (
        _Instance("t3.nano", 2, 512, 5.2),
        _Instance("t3.micro", 2, 1024, 10.4),
        _Instance("t3.small", 2, 2048, 20.8),
        _Instance("t3.medium", 2, 4096, 41.6),
        *_family("t3", 41.6, 4, "large=2 xlarge=4 2xlarge=8"),
        *_family("c5", 42.5, 2, _SIZES.replace("8xlarge=32", "9xlarge=36")),
        *_family("m5", 48, 4, _SIZES),
        *_family("r5", 63, 8, _SIZES),
        _Instance("x1.32xlarge", 128, 1952 * 1024, 13338),
    ),
    key=lambda one: one.cost,
)


class _Recommendation(NamedTuple):
    """A server, its requirements, and an instance type that meets them."""

    repository: Repository
    export: ExportTask
    server: Server
    region: str

    def figure(self, name: str, factor: float = 1) -> str:
        text = self.server.one(f"performance.{name}")
        return scaled(text, factor) if text else ""

    @property
    def cores(self) -> float | None:
        """The virtual CPUs that it has."""
        for name in ("numLogicalCores", "numCores", "numCpus"):
            number = _number(self.figure(name))
            if number:
                return number
        return None

    @property
    def cpus(self) -> float | None:
        """The virtual CPUs that are asked for."""
        usage = {"AVG": "avgCpuUsagePct"}.get(self.export.cpu.name, "maxCpuUsagePct")
        if self.cores is None or self.export.cpu.name == "SPEC":
            return _adjusted(self.cores, self.export.cpu)
        percent = _number(self.figure(usage))
        return None if percent is None else _adjusted(self.cores * percent / 100, self.export.cpu)

    @property
    def memory(self) -> float | None:
        """The MB of memory that are asked for."""
        name = {"SPEC": "totalRAMInKB", "AVG": "avgUsedRAMInKB"}.get(
            self.export.ram.name, "maxUsedRAMInKB"
        )
        return _adjusted(_number(self.figure(name, 1 / 1024)), self.export.ram)

    @property
    def instance(self) -> _Instance | None:
        """The cheapest instance that is big enough."""
        cpus, memory = self.cpus, self.memory
        if cpus is None or memory is None:
            return None
        return next(
            (
                one
                for one in _INSTANCES
                if one.cpus >= ceil(cpus) and one.memory >= memory and not self._is_excluded(one)
            ),
            None,
        )

    def _is_excluded(self, instance: _Instance) -> bool:
        family = instance.name.partition(".")[0]
        return instance.name in self.export.excluded or family in self.export.excluded

    @property
    def remarks(self) -> str:
        """Why there is no instance."""
        if self.instance is not None:
            return ""
        if self.cpus is None or self.memory is None:
            return "Insufficient data: the number of CPUs or the size of the RAM is not known."
        return "No instance type is big enough."


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _adjusted(number: float | None, basis: Basis) -> float | None:
    return None if number is None else number * basis.percent / 100


def _basis(basis: Basis) -> str:
    return {"SPEC": "Specification", "AVG": "Average", "MAX": "Peak"}.get(basis.name, basis.name)


_COLUMNS: Columns = {
    "ServerId": lambda one: one.server.configuration_id,
    "Server.ExternalId": lambda one: one.server.one("external_id"),
    "Server.HostName": lambda one: one.server.hostname,
    "Server.VMware.VMname": lambda one: one.server.one("vm_name"),
    "Recommendation.EC2.Remarks": lambda one: one.remarks,
    "Server.OS.Name": lambda one: one.server.one("os_name"),
    "Server.OS.Version": lambda one: one.server.one("os_version"),
    "Server.CPU.NumberOfProcessors": lambda one: one.figure("numCpus"),
    "Server.CPU.NumberOfCores": lambda one: one.figure("numCores"),
    "Server.CPU.NumberOfLogicalCores": lambda one: one.figure("numLogicalCores"),
    "Recommendation.EC2.RequestedCPU.UsagePct": lambda one: f"{one.export.cpu.percent:g}",
    "Recommendation.EC2.RequestedvCPU": lambda one: _plain(one.cpus),
    "Server.RAM.TotalSizeInMB": lambda one: one.figure("totalRAMInKB", 1 / 1024),
    "Recommendation.EC2.RequestedRAM.UsagePct": lambda one: f"{one.export.ram.percent:g}",
    "Recommendation.EC2.RequestedRAMinMB": lambda one: _plain(one.memory),
    "Recommendation.EC2.Instance.Model": lambda one: one.instance and one.instance.name,
    "Recommendation.EC2.Instance.vCPUCount": lambda one: one.instance and one.instance.cpus,
    "Recommendation.EC2.Instance.RAM.TotalSizeinMB": lambda one: (
        one.instance and f"{one.instance.memory:g}"
    ),
    **dict.fromkeys(
        (
            "Recommendation.EC2.Instance.Price.UpfrontCost",
            "Recommendation.EC2.Instance.Price.HourlyRate",
            "Recommendation.EC2.Instance.Price.AmortizedHourlyRate",
            "Recommendation.EC2.Instance.Price.EffectiveDate.UTC",
        ),
        lambda _: None,
    ),
    "Recommendation.EC2.Instance.OSType": lambda one: (
        "Windows" if "windows" in one.server.one("os_name").lower() else "Linux"
    ),
    "UserPreference.Recommendation.CPUSizing": lambda one: _basis(one.export.cpu),
    "UserPreference.Recommendation.RAMSizing": lambda one: _basis(one.export.ram),
    "UserPreference.Region": lambda one: one.export.region or one.region,
    "UserPreference.EC2.Tenancy": lambda one: one.export.tenancy,
    "UserPreference.EC2.PricingModel": lambda one: (
        "Reserved" if one.export.purchasing else "On-Demand"
    ),
    "UserPreference.EC2.PricingModel.ContractTerm": lambda one: one.export.term,
    "UserPreference.EC2.PricingModel.Payment": lambda one: one.export.purchasing,
    "UserPreference.EC2.ExcludedInstances": lambda one: ", ".join(one.export.excluded),
    "Applications": lambda one: ", ".join(
        application.name for application in one.repository.applications_of(one.server)
    ),
    "Tags": lambda one: ", ".join(f"{key}:{tag.value}" for key, tag in one.server.tags.items()),
    "Server.SMBiosId": lambda one: one.server.one("bios_id"),
    "Server.VMware.MoRefId": lambda one: one.server.one("vm_managed_object_reference"),
    "Server.VMware.VCenterId": lambda one: one.server.one("vm_manager_id"),
    "Server.VMware.vCenterName": lambda _: None,
    "Server.VMware.vmFolderPath": lambda one: one.server.one("vm_path"),
    "Server.CPU.UsagePct.Avg": lambda one: one.figure("avgCpuUsagePct"),
    "Server.CPU.UsagePct.Max": lambda one: one.figure("maxCpuUsagePct"),
    "Server.RAM.UsedSizeInMB.Avg": lambda one: one.figure("avgUsedRAMInKB", 1 / 1024),
    "Server.RAM.UsedSizeInMB.Max": lambda one: one.figure("maxUsedRAMInKB", 1 / 1024),
    "Server.NumberOfDisks": lambda one: one.figure("numDisks"),
    **{
        f"Server.{column}.{end}": (lambda name: lambda one: one.figure(name))(f"{kind}{key}")
        for end, kind in (("Avg", "avg"), ("Max", "max"))
        for column, key in (
            ("DiskReadsPerSecondInKB", "DiskReadsPerSecondInKB"),
            ("DiskWritesPerSecondInKB", "DiskWritesPerSecondInKB"),
            ("DiskReadOpsPerSecond", "DiskReadIOPS"),
            ("DiskWriteOpsPerSecond", "DiskWriteIOPS"),
            ("NetworkReadsPerSecondInKB", "NetworkReadsPerSecondInKB"),
            ("NetworkWritesPerSecondInKB", "NetworkWritesPerSecondInKB"),
        )
    },
}
"""The columns, as AWS's Cloud Migration Factory reads them."""


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"


def recommendation_files(repository: Repository, export: ExportTask, region: str) -> dict[str, str]:
    """Return the file of an export of recommendations."""
    rows = [_Recommendation(repository, export, one, region) for one in repository.servers]
    return {"EC2InstanceRecommendations.csv": make_table(_COLUMNS, rows)}

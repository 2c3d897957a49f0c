"""The values of calls: few, so that several calls use the same ones."""

from __future__ import annotations

STREAMS = ("SMS", "DMS", "p q", "é*")
TASKS = ("t1", "t/2", "T1")
ARNS = (
    "arn:aws:ec2:us-east-1:488216288981:image/ami-1",
    "arn:aws:s3:::bucket",
    "arn:aws-cn:ec2:cn-north-1::",
)
SOURCES = ("vm-1", "vm\n2", "arn:aws:dms:::endpoint")
TEXTS = ("", "copying", "é" * 3)
TIMES = (0, 1493660853, 1493660854, 1714564800, 4102444800)
REGIONS = ("us-west-2", "eu-central-1")
HOME = REGIONS[0]
HOMES = (*REGIONS, "us-east-2")
ACCOUNTS = ("123456789012", "210987654321")
STATUSES = ("NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED")
HOSTS = ("web", "db.example.com", "cache")
IPS = ("192.0.2.10", "192.0.2.11", "2001:db8:0:0:0:0:0:1")
MACS = ("02:00:5e:10:00:0a", "02:00:5e:10:00:0b")
AGENTS = ("o-0123456789abcdef0", "o-ffffffffffffffff0")
KEYS = ("stage", "owner")
WORDS = ("prod", "test")
NAMES = ("Shop", "Ledger", "shop")
URLS = ("s3://bucket/a.csv", "s3://bucket/b.csv", "s3://bucket/none.csv")
PAIRS = (
    ("FQDN", "web"),
    ("FQDN", "WEB"),
    ("FQDN", "db.example.com."),
    ("IPV4_ADDRESS", "192.0.2.10"),
    ("IPV4_ADDRESS", "192.0.02.011"),
    ("IPV6_ADDRESS", "2001:0DB8:0:0:0:0:0:1"),
    ("MAC_ADDRESS", "02-00-5E-10-00-0A"),
    ("VM_MANAGER_ID", "vc-1"),
    ("VM_NAME", "vm-web"),
    ("VM_MANAGED_OBJECT_REFERENCE", "vm-101"),
    ("BIOS_ID", "bios-1"),
    ("MOTHERBOARD_SERIAL_NUMBER", "serial-1"),
    ("IPV4_ADDRESS", "192.0.2.256"),
    ("IPV6_ADDRESS", "::1"),
    ("MAC_ADDRESS", "02005e10000a"),
    ("FQDN", "a,b"),
)

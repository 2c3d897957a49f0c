"""Machines that drive every operation through boto3, against the model of tests/proof."""

from __future__ import annotations

from hypothesis import settings
from proof.machine import make_machine
from proof.operations import names

# Relative to the profile: `--hypothesis-profile=thorough` does more.
EXAMPLES = settings.default.max_examples

MigrationHub = make_machine("MigrationHub", names("mgh"))
HomeRegion = make_machine("HomeRegion", names("migrationhub-config"))
Discovery = make_machine("Discovery", names("discovery"))
Everything = make_machine("Everything", names("mgh", "migrationhub-config", "discovery"))

TestMigrationHub = MigrationHub.TestCase
TestHomeRegion = HomeRegion.TestCase
TestDiscovery = Discovery.TestCase
TestEverything = Everything.TestCase
TestMigrationHub.settings = settings(max_examples=EXAMPLES // 3, stateful_step_count=40)
TestHomeRegion.settings = settings(max_examples=EXAMPLES // 4, stateful_step_count=20)
TestDiscovery.settings = settings(max_examples=EXAMPLES // 3, stateful_step_count=40)
TestEverything.settings = settings(max_examples=EXAMPLES // 4, stateful_step_count=40)

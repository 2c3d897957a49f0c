// Walks through Migration Hub as a migration tool does, and prints what it was answered as JSON.
import {
  AssociateCreatedArtifactCommand,
  AssociateDiscoveredResourceCommand,
  CreateProgressUpdateStreamCommand,
  DeleteProgressUpdateStreamCommand,
  DescribeMigrationTaskCommand,
  DryRunOperation,
  ImportMigrationTaskCommand,
  InvalidInputException,
  ListCreatedArtifactsCommand,
  ListProgressUpdateStreamsCommand,
  MigrationHubClient,
  NotifyMigrationTaskStateCommand,
  PutResourceAttributesCommand,
  ResourceNotFoundException,
  paginateListMigrationTasks,
} from "@aws-sdk/client-migration-hub";
import { GetHomeRegionCommand, MigrationHubConfigClient } from "@aws-sdk/client-migrationhub-config";

const server = process.argv[2];
// Without an address of its own a client finds the hub by AWS_ENDPOINT_URL.
const options = process.argv[3] ? { endpoint: process.argv[3] } : {};
const hub = new MigrationHubClient(options);
const SMS = { ProgressUpdateStream: "SMS" };
const task = { ...SMS, MigrationTaskName: "sms-0" };

async function refused(command) {
  try {
    await hub.send(command);
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

const create = (input) => new CreateProgressUpdateStreamCommand(input);
const dryRun = await refused(create({ ProgressUpdateStreamName: "SMS", DryRun: true }));
await hub.send(create({ ProgressUpdateStreamName: "SMS" }));
for (let number = 0; number < 5; number += 1) {
  await hub.send(new ImportMigrationTaskCommand({ ...SMS, MigrationTaskName: `sms-${number}` }));
}
await hub.send(
  new NotifyMigrationTaskStateCommand({
    ...task,
    Task: { Status: "IN_PROGRESS", ProgressPercent: 40, StatusDetail: "copying" },
    UpdateDateTime: new Date("2026-01-02T03:04:05Z"),
    NextUpdateSeconds: 60,
  }),
);
await hub.send(
  new PutResourceAttributesCommand({
    ...task,
    ResourceAttributeList: [{ Type: "FQDN", Value: "web.example.com" }],
  }),
);
await hub.send(
  new AssociateDiscoveredResourceCommand({
    ...task,
    MigrationTaskName: "sms-1",
    DiscoveredResource: { ConfigurationId: server },
  }),
);
await hub.send(
  new AssociateCreatedArtifactCommand({
    ...task,
    CreatedArtifact: { Name: "arn:aws:ec2:us-west-2:123456789012:image/ami-0a1b2c3d" },
  }),
);
const { MigrationTask } = await hub.send(new DescribeMigrationTaskCommand(task));
const pages = [];
for await (const page of paginateListMigrationTasks({ client: hub, pageSize: 2 }, {})) {
  pages.push(page.MigrationTaskSummaryList.map((one) => one.MigrationTaskName));
}
const artifacts = await hub.send(new ListCreatedArtifactsCommand(task));
const missing = await refused(
  new DescribeMigrationTaskCommand({ ...SMS, MigrationTaskName: "none" }),
);
const invalid = await refused(create({ ProgressUpdateStreamName: "S:S" }));
const home = await new MigrationHubConfigClient(options).send(new GetHomeRegionCommand({}));
await hub.send(new DeleteProgressUpdateStreamCommand({ ProgressUpdateStreamName: "SMS" }));
const left = await hub.send(new ListProgressUpdateStreamsCommand({}));

console.log(
  JSON.stringify({
    dryRun: [dryRun.name, dryRun instanceof DryRunOperation, dryRun.message],
    task: {
      ...MigrationTask.Task,
      attributes: MigrationTask.ResourceAttributeList,
      updated: MigrationTask.UpdateDateTime,
    },
    pages,
    artifacts: artifacts.CreatedArtifactList.map((one) => one.Name),
    missing: [missing.name, missing instanceof ResourceNotFoundException],
    invalid: [invalid.name, invalid instanceof InvalidInputException],
    status: invalid.$metadata.httpStatusCode,
    home: home.HomeRegion,
    left: left.ProgressUpdateStreamSummaryList,
  }),
);

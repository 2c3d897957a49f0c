import {
  CreateProgressUpdateStreamCommand,
  DescribeMigrationTaskCommand,
  DryRunOperation,
  ImportMigrationTaskCommand,
  MigrationHubClient,
  NotifyMigrationTaskStateCommand,
} from "@aws-sdk/client-migration-hub";

const client = new MigrationHubClient(); // AWS_ENDPOINT_URL says where
const task = { ProgressUpdateStream: "SMS", MigrationTaskName: "web-1" };

try {
  await client.send(
    new CreateProgressUpdateStreamCommand({ ProgressUpdateStreamName: "SMS", DryRun: true }),
  );
} catch (error) {
  if (!(error instanceof DryRunOperation)) throw error; // allowed, so do it
}
await client.send(new CreateProgressUpdateStreamCommand({ ProgressUpdateStreamName: "SMS" }));
await client.send(new ImportMigrationTaskCommand(task));
await client.send(
  new NotifyMigrationTaskStateCommand({
    ...task,
    Task: { Status: "IN_PROGRESS", ProgressPercent: 40 },
    UpdateDateTime: new Date(),
    NextUpdateSeconds: 60,
  }),
);

const { MigrationTask } = await client.send(new DescribeMigrationTaskCommand(task));
console.log(`${MigrationTask?.Task?.Status} ${MigrationTask?.Task?.ProgressPercent}%`);

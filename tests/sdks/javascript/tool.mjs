// A small migration tool with the AWS SDK for JavaScript: one address for all that it calls.
import {
  CreateProgressUpdateStreamCommand,
  DryRunOperation,
  ImportMigrationTaskCommand,
  MigrationHubClient,
  NotifyMigrationTaskStateCommand,
  paginateListMigrationTasks,
} from "@aws-sdk/client-migration-hub";
import { GetHomeRegionCommand, MigrationHubConfigClient } from "@aws-sdk/client-migrationhub-config";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import Discovery from "aws-sdk/clients/discovery.js"; // version 2

// What is imported comes from S3. AWS_ENDPOINT_URL says where all of them are.
const s3 = new S3Client({ forcePathStyle: true });
await s3.send(
  new CreateBucketCommand({
    Bucket: "estate",
    CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
  }),
);
await s3.send(
  new PutObjectCommand({
    Bucket: "estate",
    Key: "wave1.csv",
    Body: "ExternalId,HostName\nvm-1,web-1\nvm-2,web-2\n",
  }),
);
// Version 2 does not know AWS_ENDPOINT_URL.
const discovery = new Discovery({ endpoint: process.env.AWS_ENDPOINT_URL });
await discovery
  .startImportTask({ name: "wave 1", importUrl: "s3://estate/wave1.csv" })
  .promise();

// What is reported is reported as a role.
const { Credentials } = await new STSClient({}).send(
  new AssumeRoleCommand({
    RoleArn: "arn:aws:iam::123456789012:role/migration-tool",
    RoleSessionName: "wave-1",
  }),
);
if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) throw new Error("no credentials");
const credentials = {
  accessKeyId: Credentials.AccessKeyId,
  secretAccessKey: Credentials.SecretAccessKey,
  sessionToken: Credentials.SessionToken,
};
const { HomeRegion: region } = await new MigrationHubConfigClient({ credentials }).send(
  new GetHomeRegionCommand({}),
);
const client = new MigrationHubClient({ credentials, region });

try {
  await client.send(
    new CreateProgressUpdateStreamCommand({ ProgressUpdateStreamName: "SMS", DryRun: true }),
  );
} catch (error) {
  if (!(error instanceof DryRunOperation)) throw error; // allowed, so do it
}
await client.send(new CreateProgressUpdateStreamCommand({ ProgressUpdateStreamName: "SMS" }));
for (const MigrationTaskName of ["web-1", "web-2"]) {
  const task = { ProgressUpdateStream: "SMS", MigrationTaskName };
  await client.send(new ImportMigrationTaskCommand(task));
  await client.send(
    new NotifyMigrationTaskStateCommand({
      ...task,
      Task: { Status: "IN_PROGRESS", ProgressPercent: 40 },
      UpdateDateTime: new Date(),
      NextUpdateSeconds: 60,
    }),
  );
}

for await (const page of paginateListMigrationTasks({ client, pageSize: 1 }, {})) {
  for (const task of page.MigrationTaskSummaryList ?? []) {
    console.log(task.MigrationTaskName, task.Status, task.ProgressPercent);
  }
}

// Makes the calls that come as JSON on standard input, one after the other, and prints as JSON
// what came of each: its output, or the name and the class of its error.
import * as hub from "@aws-sdk/client-migration-hub";
import * as config from "@aws-sdk/client-migrationhub-config";

const SERVICES = {
  mgh: [hub, new hub.MigrationHubClient()],
  "migrationhub-config": [config, new config.MigrationHubConfigClient()],
};

async function call({ service = "mgh", operation, input = {}, pageSize }) {
  const [module, client] = SERVICES[service];
  try {
    if (pageSize === undefined) {
      const { $metadata, ...output } = await client.send(new module[`${operation}Command`](input));
      return { output, attempts: $metadata.attempts, requestId: $metadata.requestId };
    }
    const pages = [];
    for await (const { $metadata, ...page } of module[`paginate${operation}`](
      { client, pageSize },
      input,
    )) {
      pages.push(page);
    }
    return { pages };
  } catch (error) {
    return {
      error: error.name,
      message: error.message,
      isInstance: module[error.name] !== undefined && error instanceof module[error.name],
      status: error.$metadata?.httpStatusCode,
      attempts: error.$metadata?.attempts,
    };
  }
}

let said = "";
for await (const part of process.stdin) {
  said += part;
}
const results = [];
const revive = (name, value) => (name === "UpdateDateTime" ? new Date(value) : value);
for (const one of JSON.parse(said, revive)) {
  results.push(await call(one));
}
console.log(JSON.stringify(results));

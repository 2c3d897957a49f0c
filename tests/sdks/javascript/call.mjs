// Calls Migration Hub once, and prints the name of the error, or how often it was tried.
import { ListMigrationTasksCommand, MigrationHubClient } from "@aws-sdk/client-migration-hub";

try {
  const answer = await new MigrationHubClient({}).send(new ListMigrationTasksCommand({}));
  console.log(JSON.stringify({ attempts: answer.$metadata.attempts }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name, message: error.message }));
}

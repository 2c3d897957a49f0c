process.env.AWS_ACCESS_KEY_ID = (process.env.JEST_WORKER_ID ?? "1").padStart(12, "0");

// Asks the hub: what it holds, what changes, and to do something.

const BASE = "/_mgh/console/";

/** An answer that says what was wrong. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** No answer: the server is gone, or not there yet. */
export class Unreachable extends Error {}

async function ask(url, request) {
  let response;
  try {
    response = await fetch(url, request);
  } catch (error) {
    throw new Unreachable(error.message);
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => ({ message: response.statusText }));
  if (!response.ok) throw new Refusal(response.status, body.message);
  return body;
}

/** Read something of the hub: a table, a row with all its details, an event. */
export async function read(what, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value != null);
  return ask(`${BASE}${what}?${new URLSearchParams(given)}`);
}

/** Let the hub do something. */
export async function act(what, body) {
  const request = { method: "POST" };
  if (body !== undefined) {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body);
  }
  return ask(`/_mgh/${what}`, request);
}

/**
 * Hear of every change.
 * @param {function(Object): void} changed gets the hub's figures
 * @param {function(boolean): void} connected
 */
export function listen(changed, connected) {
  const source = new EventSource(`${BASE}changes`);
  source.addEventListener("open", () => connected(true));
  source.addEventListener("message", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("error", () => connected(false));
  // A page that the browser keeps for the way back would hold its connection.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// Every call so far, newest first, as CloudTrail records it.

import { h } from "./elements.js";
import { detail, name, quiet, time } from "./format.js";
import { read } from "./hub.js";
import { listing } from "./listing.js";

/** Write how a call ended, with more of an error where there is room. */
export const outcome = (row, more) => (row.error ? h("span", { class: "failed" }, row.error, more) : h("span", { class: "ok" }, "ok"));

const COLUMNS = [
  { name: "time", title: "Time", kind: "time", cell: (row) => time(row.time) },
  { name: "operation", title: "Operation", kind: "main", cell: (row) => [row.operation, detail(row.event_source)] },
  { name: "principal", title: "Principal", kind: "principal", cell: (row) => name(row.principal) },
  { name: "request", title: "Request", kind: "request", sort: false, cell: (row) => (row.request ? detail(name(row.request)) : quiet("–")) },
  { name: "outcome", title: "Outcome", cell: (row) => outcome(row, row.message && detail(name(row.message))) },
];

export const eventKey = (row) => `${row.number} ${row.request_id}`;

/** All events. */
export function events({ state }) {
  const table = listing({
    table: "events", caption: "Events", columns: COLUMNS, key: eventKey, state, more: record,
    opens: (row) => `Record of ${row.operation}`,
    empty: "No calls yet.",
    filters: [
      { name: "operation", title: "Operation" },
      { name: "outcome", title: "Error" },
      { name: "failed", title: "Outcome", values: { true: "Failed", false: "ok" } },
    ],
  });
  return { title: "Events", ...table };
}

/** Show the whole CloudTrail record of an event. */
function record(row) {
  const place = h("pre", { class: "record", tabindex: "0", role: "region", "aria-label": `CloudTrail record of ${row.operation}` }, "Loading…");
  read("event", { number: row.number }).then(
    (found) => {
      // After a reset the number is another call's.
      const same = found.requestID === row.request_id;
      place.textContent = same ? JSON.stringify(found, null, 2) : "The hub no longer keeps this call.";
    },
    (error) => {
      place.textContent = error.message;
    },
  );
  return place;
}

// Every call so far, newest first, as CloudTrail records it.

import { h } from "./elements.js";
import { moment, name, quiet } from "./format.js";
import { read } from "./hub.js";
import { listing } from "./listing.js";

export const COLUMNS = [
  { name: "time", title: "Time", kind: "time", cell: (row) => moment(row.time) },
  { name: "operation", title: "Operation", kind: "main", cell: (row) => [row.operation, h("span", { class: "detail" }, row.source)] },
  { name: "caller", title: "Caller", kind: "caller", cell: (row) => name(row.caller) },
  { name: "request", title: "Request", kind: "request", sort: false, cell: (row) => (row.request ? h("span", { class: "detail" }, name(row.request)) : quiet("–")) },
  {
    name: "outcome", title: "Outcome",
    cell: (row) => (row.error
      ? h("span", { class: "failed" }, row.error, row.message && h("span", { class: "detail" }, name(row.message)))
      : h("span", { class: "ok" }, "ok")),
  },
];

export const eventKey = (row) => `${row.number} ${row.id}`;

/** All events. */
export function events({ state }) {
  const table = listing({
    table: "events", caption: "Events", columns: COLUMNS, key: eventKey, state, more: record,
    opens: (row) => `Record of ${row.operation}`,
    empty: "No call was made yet.",
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
      const same = found.requestID === row.id;
      place.textContent = same ? JSON.stringify(found, null, 2) : "The hub has forgotten this call.";
    },
    (error) => {
      place.textContent = error.message;
    },
  );
  return place;
}

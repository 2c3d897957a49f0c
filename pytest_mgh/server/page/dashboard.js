// The dashboard: how far the migration is, and what happened last.

import { h, show } from "./elements.js";
import { count, link, moment, name, progress, quiet, servers, several, shares, stale, status, tally, TASK_STATUSES } from "./format.js";
import { read } from "./hub.js";
import { eventKey } from "./events.js";
import { taskKey } from "./updates.js";

const APPLICATION_STATUSES = ["NOT_STARTED", "IN_PROGRESS", "COMPLETED"];

/** The first view. */
export function dashboard({ summary }) {
  const applications = card("Applications", "applications");
  const tasks = card("Migration updates", "updates");
  const numbers = h("ul", { class: "numbers" });
  const recent = panel("Most recent updates", link("updates"), ["Update", "Status", "Progress", "Mapped servers", "Last updated"], ["main", null, null, "names"]);
  const applied = panel("Most recent applications", link("applications", [], { sort: "updated", descending: "true" }), ["Application", "Status", "Updates"]);
  const tools = panel("Tools", link("tools"), ["Tool", "Updates"]);
  const calls = panel("Latest calls", link("events"), ["Operation", "Outcome"], []);
  const element = h("div", { class: "dashboard" },
    applications.element, tasks.element, numbers,
    h("div", { class: "broad" }, recent.element),
    h("div", { class: "narrow" }, applied.element, tools.element, calls.element));

  async function update() {
    const told = summary();
    if (told) {
      applications.show(told.applications, APPLICATION_STATUSES);
      tasks.show(told.tasks, TASK_STATUSES);
      show(numbers, figures(told), ([title]) => title, figure);
    }
    const pages = await Promise.all([
      read("tasks", { limit: 10 }),
      read("applications", { sort: "updated", descending: "true", limit: 5 }),
      read("tools", { limit: 5 }),
      read("events", { limit: 5 }),
    ]);
    recent.show(pages[0].rows, taskKey, taskRow, "No migration tool has imported a task yet.");
    applied.show(pages[1].rows, (row) => row.id, applicationRow, "There are no applications.");
    tools.show(pages[2].rows, (row) => row.name, toolRow, "There are no progress update streams.");
    calls.show(pages[3].rows, eventKey, eventRow, "No call was made yet.");
  }
  return { title: "Dashboard", element, update };
}

const taskRow = (row) => [
  [h("a", { href: link("updates", [row.tool, row.name]) }, name(row.name)), h("span", { class: "detail" }, name(row.tool))],
  [status(row.status), row.stale && [" ", stale()]],
  progress(row.percent, row.name, row.status),
  servers(row.servers),
  moment(row.updated),
];

const applicationRow = (row) => [
  h("a", { href: link("applications", [row.id]) }, name(row.name ?? row.id)), status(row.status), tally(row.tasks),
];

const toolRow = (row) => [
  h("a", { href: link("updates", [], { tool: row.name }) }, name(row.name)), tally(row.tasks),
];

const eventRow = (row) => [
  row.operation,
  row.error ? h("span", { class: "failed" }, row.error) : h("span", { class: "ok" }, "ok"),
];

const figures = (told) => [
  ["Servers", told.servers, link("servers"), "discovered"],
  ["Not mapped", told.tasks.unmapped, link("updates", [], { mapped: "false" }), `of ${several(told.tasks.total, "update")}`],
  ["Stale", told.tasks.stale, link("updates", [], { stale: "true" }), "updates overdue"],
  ["Failed calls", told.events.failed, link("events", [], { failed: "true" }), `of ${several(told.events.total, "call")}`],
  ["Pending work", told.pending, link("simulation"), "in the background"],
  ["Faults", told.faults + told.throttles, link("simulation"), "that calls can meet"],
];

const figure = ([title, number, href, what]) => h("li", {},
  h("a", { href }, h("span", { class: "title" }, title), h("strong", {}, count(number)), h("span", { class: "detail" }, what)));

/** Make a card that counts by status. */
function card(title, view) {
  const number = h("strong", {}, "–");
  const bar = h("div");
  const legend = h("ul", { class: "legend" });
  const element = h("section", { class: "card" },
    h("h2", {}, h("a", { href: link(view) }, title)), number, bar, legend);
  return {
    element,
    show(counts, statuses) {
      number.textContent = count(counts.total);
      show(bar, [counts], () => "bar", () => shares(counts, statuses, title));
      show(legend, statuses.map((one) => [one, counts[one]]), ([one]) => one, ([one, number]) => h("li", {},
        h("a", { href: link(view, [], { status: one }) }, status(one), h("strong", {}, count(number)))));
    },
  };
}

/** Make a small table of what is newest. */
function panel(title, href, heads, kinds = ["main"]) {
  const body = h("tbody");
  const table = h("table", {}, h("caption", { class: "unseen" }, title),
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), body);
  const nothing = h("p", { class: "nothing" });
  const element = h("section", { class: "panel" },
    h("div", { class: "head" }, h("h2", {}, title), h("a", { href, "aria-label": `All: ${title}` }, "View all")),
    h("div", { class: "wide", role: "region", "aria-label": title, tabindex: "0" }, table), nothing);
  return {
    element,
    show(rows, key, cells, empty) {
      show(body, rows, key, (row) => h("tr", {}, cells(row).map((cell, at) => h(at ? "td" : "th", { scope: at === 0 && "row", class: kinds[at] }, cell))));
      table.hidden = rows.length === 0;
      nothing.hidden = rows.length > 0;
      nothing.textContent = empty;
    },
  };
}

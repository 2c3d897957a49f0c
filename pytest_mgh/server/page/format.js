// How the console writes times, numbers and states.

import { h, icon } from "./elements.js";

export const TASK_STATUSES = ["NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"];

export const count = (number) => number.toLocaleString("en");

/** Name a number of things: "1 task", "2 tasks". */
export const several = (number, one, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`;

/** Write a time in UTC: seconds since the epoch, or a text in ISO's form. */
export function time(value) {
  if (value == null) return quiet("–");
  const date = new Date(typeof value === "number" ? value * 1000 : value);
  if (Number.isNaN(date.getTime())) return quiet("never");
  return h("time", { datetime: date.toISOString() }, clockText(date));
}

export const clockText = (date) => date.toISOString().slice(0, 19).replace("T", " ");

/** Write a status as Migration Hub spells it, with its icon. */
export const status = (name) => h("span", { class: "status", "data-status": name }, icon(name), name);

export const stale = () => h("span", { class: "badge" }, icon("stale"), "Stale");

export const quiet = (text) => h("span", { class: "quiet" }, text);

export const detail = (text) => h("span", { class: "detail" }, text);

/** Write a name, which may be of any script and direction. */
export const name = (text) => h("bdi", {}, text);

/** Draw progress; `null` where the tool has reported none. */
export function progress(percent, of, state) {
  if (percent == null) return quiet("–");
  return h(
    "span",
    { class: "progress" },
    h("progress", { max: 100, value: percent, "aria-label": `Progress of ${of}`, "data-status": state }),
    h("span", { class: "figure" }, `${percent}%`),
  );
}

/** Draw how many of a whole have each status. */
export function shares(counts, statuses, label) {
  const total = statuses.reduce((sum, one) => sum + counts[one], 0);
  const parts = statuses.filter((one) => counts[one]).map((one) => `${count(counts[one])} ${one}`);
  const bar = h("span", { class: "shares", role: "img", "aria-label": `${label}: ${parts.join(", ") || "none"}` });
  for (const one of statuses) {
    if (!counts[one]) continue;
    const part = h("span", { "data-status": one });
    part.style.flexGrow = counts[one] / total;
    bar.append(part);
  }
  return bar;
}

/** Write how many tasks have which status, leaving out those that none has. */
export function tally(counts) {
  const parts = TASK_STATUSES.filter((one) => counts[one]).map((one) =>
    h("span", { class: "status", "data-status": one, title: `${counts[one]} ${one}` }, icon(one),
      count(counts[one]), h("span", { class: "unseen" }, ` ${one}`)),
  );
  return parts.length ? h("span", { class: "tally" }, parts) : quiet("–");
}

/** Return the link to a view, from its parts and its query. */
export function link(view, parts = [], query = {}) {
  // Half a surrogate pair, which JSON can hold, has no place in an address.
  const path = [view, ...parts].map((part) => encodeURIComponent(part.toWellFormed())).join("/");
  const search = new URLSearchParams(query).toString();
  return `#${path}${search ? `?${search}` : ""}`;
}

/** Link servers by what they are called. */
export function servers(list) {
  if (!list.length) return quiet("Not mapped");
  return list.map((one, at) => [
    at > 0 && ", ",
    h("a", { href: link("servers", [one.configuration_id]) }, name(one.hostname ?? one.configuration_id)),
  ]);
}

/** Link applications by what they are called. */
export function applications(list) {
  if (!list.length) return quiet("–");
  return list.map((one, at) => [
    at > 0 && ", ",
    h("a", { href: link("applications", [one.configuration_id]) }, name(one.name ?? one.configuration_id)),
  ]);
}

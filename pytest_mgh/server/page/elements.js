// Makes elements. What comes from the hub becomes text nodes, never markup.

/**
 * Make an element.
 * @param {string} tag
 * @param {Object<string, *>} members attributes; `on` + event names listeners; `false`, `null` and
 *   `undefined` leave an attribute out.
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 */
export function h(tag, members = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(members)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === false || child == null) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  NOT_STARTED: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z",
  IN_PROGRESS: "M8 2.5a5.5 5.5 0 1 0 5.5 5.5M8 5v3.2l2.2 1.6",
  COMPLETED: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11zM5.4 8.2l1.9 1.9l3.4-3.9",
  FAILED: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11zM6 6l4 4M10 6l-4 4",
  stale: "M8 2.5L14 13.3H2zM8 6.6v3M8 11.3v.2",
  first: "M11 4L7 8l4 4M5 4v8",
  previous: "M10 4L6 8l4 4",
  next: "M6 4l4 4l-4 4",
  last: "M5 4l4 4l-4 4M11 4v8",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z",
};

/** Make an icon; it says nothing that the text beside it doesn't. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const shown = new WeakMap();

/**
 * Show items in an element, each by an element of its own. Those whose item is as before stay as
 * they are: with their scroll position, selection and focus.
 * @param {Element} parent
 * @param {Array<*>} items JSON-ready
 * @param {function(*): string} key what names an item
 * @param {function(*): Element} make
 * @param {Element} [above] stays in front of them
 */
export function show(parent, items, key, make, above) {
  const before = shown.get(parent) ?? new Map();
  const after = new Map();
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  let heir = focused; // who has the focus in the end: elements that move lose it
  for (const item of items) {
    const name = key(item);
    const text = JSON.stringify(item);
    const known = before.get(name);
    const element = known?.text === text ? known.element : make(item);
    if (known?.element.contains(focused) && known.element !== element) heir = counterpart(focused, known.element, element);
    after.set(name, { text, element, from: known?.element });
  }
  for (const [name, { element }] of before) {
    if (!after.has(name)) element.remove();
  }
  let next = above ? above.nextElementSibling : parent.firstElementChild;
  for (const { element, from } of after.values()) {
    if (from && from !== element && from.isConnected) {
      if (next === from) next = element;
      from.replaceWith(element);
    }
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
  if (heir?.isConnected && heir !== document.activeElement) heir.focus({ preventScroll: true });
  shown.set(parent, after);
}

const FOCUSABLE = "a[href], button, input, select, summary, [tabindex]";

/** Return what an element has in the place of a part of the one before it. */
function counterpart(part, before, after) {
  const at = [...before.querySelectorAll(FOCUSABLE)].indexOf(part);
  return after.querySelectorAll(FOCUSABLE)[at];
}

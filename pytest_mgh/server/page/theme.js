// Runs before the page is painted: a chosen theme must not flash.
"use strict";
try {
  const chosen = localStorage.getItem("mgh-console-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the system's theme is used.
}

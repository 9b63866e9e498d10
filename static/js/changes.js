"use strict";
// One key or click shows what was, what is, or both.
(function () {
  const ORDER = ["both", "before", "after"];
  const group = document.querySelector("[data-show-group]");
  let showing = "both";

  function show(what) {
    showing = what;
    // Looked up each time: on the desk a requirement replaces the one before.
    for (const place of document.querySelectorAll("[data-changes]")) place.dataset.showing = what;
    for (const button of document.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === what));
    }
  }

  if (group) group.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    if (button) show(button.dataset.show);
  });
  document.addEventListener("keydown", (event) => {
    const inField = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (inField || event.key !== "b" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!document.querySelector("[data-changes]")) return;
    show(ORDER[(ORDER.indexOf(showing) + 1) % ORDER.length]);
    event.preventDefault();
  });
})();

// Ticks of the roster: how many, all of a page at once. The page works without it.
(function () {
  "use strict";
  document.querySelectorAll("form").forEach((form) => {
    const ticks = [...form.querySelectorAll("[data-tick]")];
    const shown = form.querySelector("[data-ticked]");
    if (!ticks.length || !shown) return;
    const all = form.querySelector("[data-tick-all]");
    function count() {
      const number = ticks.filter((tick) => tick.checked).length;
      shown.textContent = number;
      if (all) all.checked = number === ticks.length;
    }
    if (all) {
      all.hidden = false;
      all.addEventListener("change", () => {
        ticks.forEach((tick) => { tick.checked = all.checked; });
        count();
      });
    }
    form.addEventListener("change", count);
    count();
  });
  // What is typed answers the question; a ready answer beside a text is asked about on saving.
  document.querySelectorAll("[data-answers]").forEach((text) => {
    text.addEventListener("input", () => {
      const state = text.value.trim() ? "answered" : "blank";
      const choice = document.querySelector(`input[name="${text.dataset.answers}"][value="${state}"]`);
      if (choice) choice.checked = true;
    });
  });
})();

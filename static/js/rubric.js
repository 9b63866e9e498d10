"use strict";
// Keeps the sums of the standard right while points are typed: per item, per part, and per
// track (the common part and its own together). Without this script they are those of the
// last save.
(function () {
  const form = document.querySelector("form[data-sums]");
  if (!form) {
    return;
  }
  const inputs = Array.from(form.querySelectorAll("[data-points]"));

  function sumOf(prefix) {
    return inputs
      .filter((input) => (input.dataset.points + ".").startsWith(prefix))
      .reduce((sum, input) => sum + Math.round(Number(input.value || 0) * 100), 0);
  }

  function show(place, hundredths, due) {
    place.textContent = (hundredths / 100).toFixed(2);
    place.classList.toggle("text-danger", due !== undefined && hundredths !== due);
  }

  function update() {
    for (const place of form.querySelectorAll("[data-item-sum]")) {
      show(place, sumOf(place.dataset.itemSum + "."));
    }
    for (const place of form.querySelectorAll("[data-part-sum]")) {
      show(place, sumOf(place.dataset.partSum), Number(place.dataset.due));
    }
    for (const place of form.querySelectorAll("[data-track-sum]")) {
      show(place, sumOf("C") + sumOf(place.dataset.trackSum), 10000);
    }
  }

  form.addEventListener("input", update);
  update();
})();

// Ticks many boxes of a table at once: [data-pick] is all, none, or a data-level.
for (const button of document.querySelectorAll("[data-pick]")) {
  button.addEventListener("click", () => {
    let left = Number(button.dataset.limit || 0);
    for (const box of document.querySelectorAll("input[type=checkbox][data-level]")) {
      const wanted = button.dataset.pick === "all" || box.dataset.level === button.dataset.pick;
      box.checked = wanted && left-- > 0;
    }
  });
}

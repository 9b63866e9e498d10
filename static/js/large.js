"use strict";
// Pictures and documents marked data-large open as large as the window; arrows go on, Esc closes.
(function () {
  const view = document.querySelector("[data-large-view]");
  if (!view || !view.showModal) return;
  const body = view.querySelector("[data-large-body]");
  let links = [];
  let place = 0;

  function show(step) {
    place = (place + step + links.length) % links.length;
    const link = links[place];
    const image = link.querySelector("img");
    const one = document.createElement(image ? "img" : "iframe");
    one.src = image ? link.href : link.dataset.large;
    one.alt = one.title = image ? image.alt : link.textContent.trim();
    body.replaceChildren(one);
    const text = link.closest("figure")?.querySelector("figcaption")?.textContent.trim() || one.title;
    view.querySelector("[data-large-text]").textContent = text;
    view.querySelector("[data-large-place]").textContent = links.length > 1 ? `${place + 1} / ${links.length}` : "";
    view.querySelector("[data-large-open]").href = link.href;
  }

  function open(link) {
    links = [...document.querySelectorAll("a[data-large]")].filter((one) => one.offsetParent);
    place = Math.max(0, links.indexOf(link));
    if (!links.length) return;
    view.showModal();
    show(0);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-large]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
  view.addEventListener("click", (event) => {
    const button = event.target.closest("[data-large-step]");
    if (button) show(Number(button.dataset.largeStep));
    else if (event.target.closest("[data-large-close]") || event.target === body) view.close();
  });
  view.addEventListener("close", () => body.replaceChildren());
  document.addEventListener("keydown", (event) => {
    const inField = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (view.open) {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) { show(step); event.preventDefault(); }
      // No key of the page below does anything meanwhile.
      if (event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
    } else if (event.key === "v" && !inField && !event.ctrlKey && !event.altKey && !event.metaKey) {
      open(null);
      event.preventDefault();
    }
  }, true);
})();

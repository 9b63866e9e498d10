// People found by typing; long lists of boxes get a filter.
(function () {
  "use strict";

  function chip(box, id, text) {
    const single = "single" in box.dataset;
    const chosen = box.querySelector("[data-chosen]");
    if (single) chosen.replaceChildren();
    if (chosen.querySelector(`input[value="${id}"]`)) return;
    const label = document.createElement("label");
    label.className = "pick-chip";
    const input = document.createElement("input");
    input.type = single ? "radio" : "checkbox";
    input.name = box.dataset.name;
    input.value = id;
    input.checked = true;
    label.append(input, " " + text);
    chosen.append(label);
  }

  function setUp(box) {
    const search = box.querySelector("[data-search]");
    const results = box.querySelector("[data-results]");
    let timer = 0;
    let last = 0;
    async function find() {
      const ticket = ++last;
      // A number of a person is to stand in no address (config/middleware.py).
      if (/\d{7}/.test(search.value.normalize("NFKC").replace(/[\s-]/g, ""))) {
        results.textContent = "这里按姓名或拼音首字母查找，请不要填写身份号码、电话。";
        return;
      }
      const answer = await fetch(`${box.dataset.url}?q=${encodeURIComponent(search.value)}`, {
        headers: { Accept: "application/json" },
      }).catch(() => null);
      if (ticket !== last) return;
      results.replaceChildren();
      if (!answer || !answer.ok) {
        results.textContent = "暂时查不到，请检查网络后重试。";
        return;
      }
      const people = (await answer.json()).people;
      for (const person of people) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-outline-secondary";
        button.textContent = person.text;
        button.addEventListener("click", () => {
          chip(box, person.id, person.name);
          search.value = "";
          results.replaceChildren();
          search.focus();
        });
        results.append(button);
      }
      if (!people.length) results.textContent = "花名册里没有找到。";
    }
    // A draft knows whom it had chosen (drafts.js).
    box.closest("form")?.addEventListener("draft:restored", (event) => {
      for (const id of event.detail[box.dataset.name] || []) {
        const text = event.detail[`chip:${id}`];
        if (text) chip(box, id, text[0]);
      }
    });
    search.addEventListener("input", () => {
      clearTimeout(timer);
      if (!search.value.trim()) {
        last++;
        results.replaceChildren();
        return;
      }
      timer = setTimeout(find, 200);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const first = results.querySelector("button");
      if (first) first.click();
    });
  }

  function filterBoxes(group) {
    const boxes = group.querySelectorAll(".form-check");
    if (boxes.length < 13 || group.closest(".pick-long")) return;
    group.classList.add("pick-long");
    const input = document.createElement("input");
    input.type = "search";
    input.className = "form-control form-control-sm mb-1";
    input.placeholder = `在 ${boxes.length} 项中查找`;
    input.setAttribute("aria-label", input.placeholder);
    input.addEventListener("input", () => {
      const words = input.value.trim();
      boxes.forEach((box) => {
        box.hidden = words && !box.textContent.includes(words);
      });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    boxes[0].parentElement.before(input);
  }

  document.querySelectorAll("[data-pick-people]").forEach(setUp);
  document.querySelectorAll("fieldset > div, form div[id^=div_id_]").forEach((group) => {
    if (group.querySelector("input[type=checkbox][name]")) filterBoxes(group);
  });
})();

// 记一笔: a title is proposed, sentences and places are one tap, photos of the camera are
// gathered. Without script the form works and only asks for more typing.
(function () {
  "use strict";

  function titles(form) {
    const title = form.elements.title;
    const day = form.elements.happened_on;
    let proposed = "";
    function propose() {
      const kind = form.querySelector("input[name=kind]:checked");
      const month = Number((day.value || form.dataset.today).slice(5, 7));
      if (!kind || (title.value && title.value !== proposed)) return;
      const label = kind.parentElement.textContent.trim().replace(/（.*）/, "");
      proposed = `${month}月${label}`;
      title.value = proposed;
    }
    function sentences() {
      const kind = form.querySelector("input[name=kind]:checked");
      form.querySelectorAll("[data-fill][data-kind]").forEach((button) => {
        button.hidden = Boolean(button.dataset.kind) && button.dataset.kind !== (kind && kind.value);
      });
    }
    // Hours belong to service, 四尊崇… to visits; what is filled in stays in sight.
    function only() {
      const kind = form.querySelector("input[name=kind]:checked");
      form.querySelectorAll("[data-only]").forEach((box) => {
        const isAsked = kind && box.dataset.only.split(" ").includes(kind.value);
        const fields = [...box.querySelectorAll("input, select")];
        const isFilled = fields.some((one) => (one.type === "checkbox" ? one.checked : one.value));
        box.hidden = !isAsked && !isFilled && !box.querySelector(".is-invalid");
      });
    }
    form.querySelectorAll("[data-taps]").forEach((taps) => { taps.hidden = false; });
    form.addEventListener("change", (event) => {
      if (event.target.name === "kind" || event.target === day) propose();
      if (event.target.name === "kind") {
        sentences();
        only();
      }
    });
    form.addEventListener("draft:restored", () => {
      sentences();
      only();
    });
    sentences();
    only();
    if (form.querySelector("input[name=kind]:checked")) propose();
  }

  function taps(form) {
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-fill]");
      if (!button) return;
      const field = form.elements[button.dataset.fill];
      const text = button.textContent.trim();
      if (field.tagName !== "TEXTAREA") field.value = text;
      else if (!field.value.includes(text)) field.value += text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  function photos(form) {
    const all = form.querySelector("[data-photos]");
    const camera = form.querySelector("[data-camera]");
    const list = form.querySelector("[data-files]");
    if (!all || !list) return;
    let files = [];
    function show() {
      const transfer = new DataTransfer();
      files.forEach((file) => transfer.items.add(file));
      all.files = transfer.files;
      list.replaceChildren(...files.map((file) => {
        const item = document.createElement("li");
        const name = document.createElement("span");
        name.textContent = file.name;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-link";
        button.textContent = "不要";
        button.addEventListener("click", () => {
          files = files.filter((one) => one !== file);
          show();
        });
        item.append(name, button);
        return item;
      }));
    }
    function gather(event) {
      const added = [...event.target.files];
      if (event.target === camera) event.target.value = "";
      files = files.concat(added);
      show();
    }
    all.addEventListener("change", gather);
    if (camera) {
      camera.addEventListener("change", gather);
      form.querySelector("[data-camera-label]").hidden = false;
    }
  }

  document.querySelectorAll("form[data-quick]").forEach((form) => {
    if (form.elements.kind) titles(form);
    taps(form);
    if (!form.dataset.uploads) photos(form); // 记一笔: entry_photos.js
  });
})();

// Nothing typed is lost: a draft of every long form stays in this browser until it is saved.
// One click saves once. Removing asks first.
(function () {
  "use strict";
  const PREFIX = "draft:";

  function values(form) {
    const data = {};
    new FormData(form).forEach((value, name) => {
      if (name === "csrfmiddlewaretoken" || name === "version" || typeof value !== "string") return;
      (data[name] = data[name] || []).push(value);
    });
    return data;
  }

  function restore(form, data) {
    for (const field of form.elements) {
      if (!field.name || !(field.name in data) || field.type === "hidden") continue;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = data[field.name].includes(field.value);
      } else if (field.type !== "file") {
        field.value = data[field.name][0];
      }
    }
  }

  function keep(form) {
    const key = PREFIX + form.dataset.keep;
    const original = JSON.stringify(values(form));
    const saved = sessionStorage.getItem(key);
    const hasErrors = form.querySelector(".is-invalid, .alert-danger, .words-found");
    if (saved && saved !== original && !hasErrors) {
      const note = document.createElement("div");
      note.className = "alert alert-info";
      note.setAttribute("role", "status");
      note.dataset.draftNote = "";
      note.append("这张表单有上次没有保存的内容。");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-primary ms-2";
      button.textContent = "恢复草稿";
      button.addEventListener("click", () => {
        restore(form, JSON.parse(saved));
        note.replaceChildren("已恢复草稿，请核对后保存。");
      });
      note.append(button);
      form.prepend(note);
    }
    form.addEventListener("input", () => {
      sessionStorage.setItem(key, JSON.stringify(values(form)));
    });
  }

  // A draft goes when its form was saved: the page that follows says so.
  if (document.querySelector(".alert-success") && sessionStorage.length) {
    const from = document.referrer ? new URL(document.referrer).pathname : "";
    if (from) sessionStorage.removeItem(PREFIX + from);
  }
  document.querySelectorAll("form[data-keep]").forEach(keep);

  // A link may lead to one field of a form: what must be corrected is ready to be typed.
  const aimed = /^#id_\w+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (aimed) {
    aimed.scrollIntoView({ block: "center" });
    aimed.focus({ preventScroll: true });
  }

  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 8000);
    });
  });
  document.querySelectorAll("[data-confirm]").forEach((button) => {
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.confirm)) event.preventDefault();
    });
  });
})();

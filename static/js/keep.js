// Whoever is logged out in the middle of a form gets back what was typed. A form that is
// sent leaves its fields in this tab (never passwords or files); the log-in page (or the
// page that refuses an outdated form) marks them, and the page after it fills them in. Anything else forgets them.
(() => {
  const KEY = "kept-form";
  const path = location.pathname + location.search;

  function fieldsOf(form) {
    return [...new FormData(form)].filter(([name, value]) => {
      const field = form.elements[name];
      return typeof value === "string" && name !== "csrfmiddlewaretoken" && field?.type !== "password";
    });
  }

  function fill(form, fields) {
    const names = new Set(fields.map(([name]) => name));
    for (const field of form.elements) {
      if (["checkbox", "radio"].includes(field.type)) {
        field.checked = fields.some(([name, value]) => name === field.name && value === field.value);
      } else if (field.tagName === "SELECT" && field.multiple) {
        for (const option of field.options) {
          option.selected = fields.some(([name, value]) => name === field.name && value === option.value);
        }
      } else if (names.has(field.name) && !["hidden", "file", "password", "submit"].includes(field.type)) {
        field.value = fields.find(([name]) => name === field.name)[1];
      }
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.querySelector("input[type=password]")) return;
    const kept = { path, action: form.getAttribute("action") || "", fields: fieldsOf(form), waiting: false };
    try { sessionStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* too large to keep */ }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (!kept) return;
    if (document.querySelector("[data-log-in], [data-back-to-form]")) {
      sessionStorage.setItem(KEY, JSON.stringify({ ...kept, waiting: true }));
      return;
    }
    if (!kept.waiting) {
      sessionStorage.removeItem(KEY);
      return;
    }
    if (kept.path !== path) return;
    sessionStorage.removeItem(KEY);
    const form = [...document.forms].find(
      (one) => one.method === "post" && (one.getAttribute("action") || "") === kept.action && !one.closest("header"),
    );
    if (!form) return;
    fill(form, kept.fields);
    form.dataset.restored = "";
    form.querySelector("[data-draft-note]")?.remove();
    const note = document.createElement("div");
    note.className = "alert alert-warning";
    note.setAttribute("role", "status");
    note.textContent = "刚才填写的内容已恢复，还没有保存，请核对后再提交。";
    form.prepend(note);
  });
})();

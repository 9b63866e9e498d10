// Nothing typed is lost: what stands in a form with data-draft is kept on the server
// (stations/drafts.py) a moment after each change, and in this tab while there is no network.
// The form filled in again carries the token it had, so that what was sent without an answer
// is not entered twice. Loaded after picker.js, which fills chosen people in.
(function () {
  "use strict";
  const PREFIX = "draft:";
  const PAUSE = 1500;

  // Back to a page that the browser kept: its form may have been sent already.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("form[data-draft]")) location.reload();
  });

  function values(form) {
    const data = {};
    new FormData(form).forEach((value, name) => {
      if (name === "csrfmiddlewaretoken" || typeof value !== "string") return;
      (data[name] = data[name] || []).push(value);
    });
    for (const input of form.querySelectorAll(".pick-chip input:checked")) {
      data[`chip:${input.value}`] = [input.parentElement.textContent.trim()];
    }
    return data;
  }

  // What was typed, without what every opening of the form makes anew.
  function typed(data) {
    const kept = {};
    for (const name of Object.keys(data).sort()) {
      if (name !== "token" && name !== "version" && data[name].some(Boolean)) kept[name] = data[name];
    }
    return JSON.stringify(kept);
  }

  function restore(form, data) {
    for (const field of form.elements) {
      // What was locked meanwhile (checked stories) shows what is stored.
      if (!field.name || field.disabled || field.type === "file" || field.name === "csrfmiddlewaretoken" || field.name === "version") continue;
      const found = data[field.name];
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = Boolean(found && found.includes(field.value));
      } else if (field.tagName === "SELECT" && field.multiple) {
        for (const option of field.options) option.selected = Boolean(found && found.includes(option.value));
      } else if (found) {
        field.value = found[0];
      }
    }
    form.dispatchEvent(new CustomEvent("draft:restored", { detail: data }));
  }

  function tab(key, value) {
    try {
      if (value === undefined) return JSON.parse(sessionStorage.getItem(key) || "null");
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // storage can be switched off; the server's copy remains
    }
    return null;
  }

  function setUp(form) {
    const address = form.dataset.draft;
    const url = form.dataset.draftUrl;
    const key = PREFIX + address;
    const hasErrors = form.querySelector(".is-invalid, .alert-danger, .words-found");
    const original = values(form);
    let revision = 0;
    let timer = 0;
    let ready = false;
    let last = typed(original);
    let leaving = false;

    const state = document.querySelector("[data-draft-state]") || document.createElement("span");
    if (!state.isConnected) {
      state.className = "draft-state text-secondary";
      state.setAttribute("role", "status");
      state.dataset.draftState = "";
      form.querySelector(".form-buttons")?.append(state);
    }
    const say = (text) => { state.textContent = text; };

    function send(to, more) {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      body.append("form", address);
      for (const [name, value] of Object.entries(more)) body.append(name, value);
      return fetch(to, { method: "POST", body, keepalive: document.hidden, headers: { Accept: "application/json" } });
    }

    async function save() {
      clearTimeout(timer);
      const now = values(form);
      if (!ready || leaving || typed(now) === last) return;
      tab(key, now);
      let answer = null;
      try {
        answer = await send(url, { revision, fields: JSON.stringify(now) });
      } catch {
        say("网络不通，暂存在本机");
        timer = setTimeout(save, PAUSE * 10);
        return;
      }
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.redirected || !isJson) {
        say("登录已失效，暂存在本机；保存时重新登录即可");
        return;
      }
      const said = await answer.json();
      if (answer.status === 409) {
        say(`另一个窗口在 ${said.saved_at} 存过这张表单的草稿`);
        return;
      }
      if (!answer.ok) {
        say(said.error || "草稿没有存上");
        return;
      }
      revision = said.revision;
      last = typed(now);
      tab(key, null);
      say(`已保存草稿 ${said.saved_at}`);
    }

    function note(text, label, action) {
      form.querySelector("[data-draft-note]")?.remove();
      const box = document.createElement("div");
      box.className = "alert alert-info draft-note";
      box.setAttribute("role", "status");
      box.dataset.draftNote = "";
      const words = document.createElement("span");
      words.textContent = text;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-primary";
      button.textContent = label;
      button.addEventListener("click", action);
      box.append(words, button);
      form.prepend(box);
    }

    async function discard() {
      leaving = true;
      tab(key, null);
      await send(`${url}discard/`, {}).catch(() => null);
      location.reload();
    }

    function put(data, when) {
      restore(form, data);
      last = typed(values(form));
      note(`已恢复草稿${when ? `（${when}）` : ""}，还没有保存，请核对后保存。`, "放弃草稿", discard);
    }

    async function begin() {
      const here = tab(key);
      let found = {};
      try {
        const answer = await fetch(`${url}?form=${encodeURIComponent(address)}`, { headers: { Accept: "application/json" } });
        if (answer.ok && !answer.redirected) found = await answer.json();
      } catch {
        // without network the tab's own copy is all there is
      }
      revision = found.revision || 0;
      const data = here || found.fields;
      const touched = typed(values(form)) !== last;
      ready = true;
      if (data && typed(data) !== last && !hasErrors && !("restored" in form.dataset) && !touched) {
        const isSame = (data.version || [""])[0] === (original.version || [""])[0];
        if (isSame) put(data, here ? "" : found.saved_at);
        else note(`有 ${found.saved_at || "上次"} 没有保存的内容，此后这条记录修改过。`, "恢复草稿", () => put(data, found.saved_at));
      }
      if (here) last = "";
      if (touched || here || "restored" in form.dataset) save();
    }

    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("click", (event) => { if (event.target.closest("[data-results], [data-fill]")) later(); });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      // The answer may never come: until the next page stands, the tab keeps it.
      tab(key, values(form));
      leaving = true;
      setTimeout(() => { leaving = false; }, 8000);
    });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    begin();
  }

  // What was saved needs no copy any more: the page that follows says so.
  if (document.querySelector("[role=status].alert-success, [role=status].alert-info:not(.draft-note)") && document.referrer) {
    const from = new URL(document.referrer);
    tab(PREFIX + from.pathname + from.search, null);
  }
  document.querySelectorAll("form[data-draft]").forEach(setUp);
})();

"use strict";
// Each line of the sheet is saved by itself as soon as it is complete, without leaving the
// page: somebody stands in a room with a telephone. What was not saved stays and says why.
(function () {
  const SHORT = ["partly", "not_met"];
  const busy = new WeakSet();
  const again = new WeakSet();

  function say(form, text, isFault) {
    const place = form.querySelector("[data-visit-state]");
    place.textContent = text;
    place.classList.toggle("text-danger", Boolean(isFault));
  }

  function isComplete(form) {
    const result = form.elements.result.value;
    return result !== "" && (!SHORT.includes(result) || form.elements.finding.value.trim() !== "");
  }

  function put(form, answer) {
    const line = form.closest("li");
    const typing = document.activeElement === form.elements.finding;
    const parsed = new DOMParser().parseFromString(answer.line, "text/html").querySelector("li");
    if (typing) {
      // Whoever types on keeps the field; only what the server knows better is renewed.
      form.elements.version.value = parsed.querySelector("[name=version]").value;
      line.querySelector(".visit-line-head").replaceWith(parsed.querySelector(".visit-line-head"));
    } else {
      line.replaceWith(parsed);
    }
    const now = typing ? form : parsed.querySelector("form");
    const clock = new Date().toTimeString().slice(0, 5);
    say(now, answer.errors.length ? `已保存 ${clock}；${answer.errors.join("")}` : `已保存 ${clock}`, answer.errors.length);
    document.querySelector("[data-visit-done]").textContent = answer.done;
  }

  function save(form) {
    if (busy.has(form)) { again.add(form); return; }
    busy.add(form);
    const sent = form.elements.finding.value;
    say(form, form.elements.photos.files.length ? "正在上传……" : "正在保存……");
    fetch(form.action, {
      method: "POST", body: new FormData(form), credentials: "same-origin",
      headers: { Accept: "application/json" },
    })
      .then((answer) => answer.json().then((data) => ({ ok: answer.ok, data })))
      .then(({ ok, data }) => {
        busy.delete(form);
        if (!ok) throw new Error(data.sentence);
        const hasMore = again.delete(form) || form.elements.finding.value !== sent;
        if (hasMore) {
          form.elements.version.value = new DOMParser().parseFromString(data.line, "text/html").querySelector("[name=version]").value;
          form.elements.photos.value = "";
          save(form);
        } else put(form, data);
      })
      .catch((fault) => {
        busy.delete(form);
        const isOurs = fault.message && !/^(Failed|Unexpected|NetworkError|Load)/.test(fault.message);
        say(form, isOurs ? fault.message : "没有保存：没有信号时先留在本页，恢复后点“保存”。", true);
      });
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-visit-line]");
    if (!form) return;
    if (isComplete(form)) save(form);
    else if (SHORT.includes(form.elements.result.value)) {
      say(form, "请写明现场情况，写好后自动保存。");
      if (event.target.name === "result") form.elements.finding.focus();
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-visit-line]")) return;
    event.preventDefault();
    save(event.target);
  });
})();

"use strict";
// The desk without page changes: a requirement is fetched as the page that its link leads to,
// an opinion is saved as soon as it is complete, and the keys do what the buttons do.
(function () {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const help = document.querySelector("[data-help]");
  let timer = 0;
  let saving = Promise.resolve(true);

  const right = () => desk.querySelector("[data-right]");
  const form = () => desk.querySelector("form[data-judge]");

  function say(text, isFault) {
    const place = desk.querySelector("[data-state]");
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("text-danger", Boolean(isFault));
  }

  // What the system finds today, beside what was frozen.
  function fetchNow() {
    const place = desk.querySelector("[data-now]");
    if (!place) return;
    fetch(place.dataset.now, { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer)))
      .then((html) => { place.innerHTML = html; })
      .catch(() => {});
  }

  function isComplete(one) {
    const result = one.elements.result.value;
    if (!result) return false;
    if (result === "partly") return one.elements.points.value !== "" && one.elements.comment.value.trim() !== "";
    if (result === "not_met") return one.elements.comment.value.trim() !== "";
    return true;
  }

  // One after the other, so that each knows the opinion before it.
  function save() {
    clearTimeout(timer);
    const one = form();
    if (!one || !one.dataset.dirty || !isComplete(one)) return saving;
    saving = saving.then(() => send(one));
    return saving;
  }

  function send(one) {
    if (!one.dataset.dirty) return true;
    delete one.dataset.dirty;
    say("正在保存……");
    return fetch(one.action, {
      method: "POST",
      body: new FormData(one),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    })
      .then((answer) => answer.json().then((data) => ({ ok: answer.ok, data })))
      .then(({ ok, data }) => {
        if (!ok) throw new Error(data.sentence || "");
        one.elements.seen.value = data.seen;
        if (one.elements.canned) one.elements.canned.value = "";
        const row = document.getElementById(`row-${one.elements.requirement.value}`);
        if (row) row.outerHTML = data.row;
        desk.querySelector("[data-totals]").innerHTML = data.totals;
        desk.querySelector("[data-open-count]").textContent = data.awaiting;
        if (right().dataset.code === one.elements.requirement.value) {
          right().dataset.nextOpen = data.open;
          say(data.saved);
        }
        return true;
      })
      .catch((fault) => {
        one.dataset.dirty = "1";
        say(fault.message && !/^(Failed|Unexpected|NetworkError)/.test(fault.message)
          ? fault.message : "没有保存，请检查网络后再点“保存”。", true);
        return false;
      });
  }

  // Whoever goes on before the opinion is complete keeps what was typed: the page stays.
  function go(address) {
    const one = form();
    if (one && one.dataset.dirty && !isComplete(one)) {
      say("这一条还没有填完：部分符合须填得分和反馈意见，不符合须填反馈意见。", true);
      return;
    }
    save().then((ok) => { if (ok) open(address, true); });
  }

  function open(address, isNew) {
    fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer)))
      .then((html) => {
        const page = new DOMParser().parseFromString(html, "text/html");
        const fresh = page.querySelector("[data-right]");
        const rows = page.querySelector("[data-rows]");
        if (!fresh || !rows) throw new Error("");
        const top = desk.querySelector("[data-rows]").scrollTop;
        right().replaceWith(fresh);
        desk.querySelector(".desk-left").replaceWith(page.querySelector(".desk-left"));
        desk.querySelector("[data-rows]").scrollTop = top;
        if (isNew) history.pushState(null, "", address);
        showRow();
        right().focus({ preventScroll: true });
        fetchNow();
      })
      .catch(() => { location.href = address; });
  }

  // Only within its column: the page itself stays where it is.
  function showRow() {
    const rows = desk.querySelector("[data-rows]");
    const row = desk.querySelector(".desk-row-on");
    if (!row) return;
    const above = row.offsetTop - rows.offsetTop;
    const isSeen = above >= rows.scrollTop && above + row.offsetHeight <= rows.scrollTop + rows.clientHeight;
    if (!isSeen) rows.scrollTop = above - rows.clientHeight / 3;
  }

  function address(code) {
    const query = new URLSearchParams(location.search);
    query.set("line", code);
    return `${location.pathname}?${query}`;
  }

  function choose(key) {
    const one = form();
    const option = one && one.querySelector(`[data-key="${key}"]`);
    if (!option) return;
    option.checked = true;
    option.dispatchEvent(new Event("change", { bubbles: true }));
  }

  desk.addEventListener("change", (event) => {
    const one = event.target.form;
    if (!one || one !== form()) return;
    one.dataset.dirty = "1";
    if (event.target.name === "result") {
      const fixed = { met: one.dataset.full, not_met: "0" }[event.target.value];
      one.elements.points.value = fixed === undefined ? "" : fixed;
      if (fixed === undefined) one.elements.points.focus();
      else if (event.target.value === "not_met" && !one.elements.comment.value.trim()) one.elements.comment.focus();
    }
    if (event.target.name === "canned" && event.target.value) {
      const text = event.target.selectedOptions[0].textContent;
      if (!one.elements.comment.value.includes(text)) one.elements.comment.value += text;
    }
    save();
  });
  desk.addEventListener("input", (event) => {
    const one = event.target.form;
    if (!one || one !== form()) return;
    one.dataset.dirty = "1";
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });

  desk.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    const goesOn = event.submitter && event.submitter.value === "next";
    event.target.dataset.dirty = "1";
    if (!isComplete(event.target)) {
      say("请选择评审意见；部分符合须填得分和反馈意见，不符合须填反馈意见。", true);
      return;
    }
    save().then((ok) => {
      const code = right().dataset.nextOpen;
      if (ok && goesOn && code) open(address(code), true);
    });
  });

  desk.addEventListener("click", (event) => {
    const link = event.target.closest(".desk-row, .desk-move a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href);
  });
  window.addEventListener("popstate", () => open(location.href, false));

  document.addEventListener("keydown", (event) => {
    const inField = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (event.key === "Escape" && inField) event.target.blur();
    if (inField || event.ctrlKey || event.altKey || event.metaKey || (help && help.open)) return;
    const at = right().dataset;
    const code = { j: at.next, k: at.previous, n: at.nextOpen }[event.key];
    if (code) go(address(code));
    else if (["1", "2", "3"].includes(event.key)) choose(event.key);
    else if (event.key === "a") {
      const all = desk.querySelector("[data-confirm-all]");
      if (all) save().then((ok) => { if (ok) all.requestSubmit(); });
    } else if (event.key === "?" && help && help.showModal) help.showModal();
    else return;
    event.preventDefault();
  });
  showRow();
  fetchNow();
})();

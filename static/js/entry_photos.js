// 记一笔: photos go up one by one while the entry is still typed, each with its bar (upload.js);
// the entry then names them in its field `uploaded`. Saving waits for those on the way; what the
// network keeps back is tried again, or follows to the record's page. Without script the form
// sends its photos itself.
(function () {
  "use strict";

  function photos(form) {
    const all = form.querySelector("[data-photos]");
    const camera = form.querySelector("[data-camera]");
    const list = form.querySelector("[data-files]");
    const field = form.elements.uploaded;
    const up = window.uploads;
    if (!all || !list || !field || !up) return;
    const carrier = document.createElement("form");
    carrier.action = form.dataset.uploads;
    carrier.append(form.elements.csrfmiddlewaretoken.cloneNode());
    const queue = [];
    let running = 0;
    let kept = [];
    let button = null; // the one that was pressed while photos were on their way

    const codes = () => field.value.split(",").filter(Boolean);
    function name(next) {
      field.value = next.join(",");
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function leave(item, code, words) {
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn-link";
      drop.textContent = "不要";
      drop.addEventListener("click", () => {
        if (code) name(codes().filter((one) => one !== code));
        item.remove();
      });
      if (code) {
        const small = document.createElement("img");
        small.src = `/files/${code}/small/`;
        small.alt = words;
        small.width = small.height = 44;
        item.prepend(small);
      }
      item.append(drop);
    }

    async function carry() {
      running++;
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [one, row] = next;
        const outcome = await up.send(carrier, one, row);
        if (outcome === "done") name([...codes(), one.stored.code]);
        if (outcome === "refused") button = null; // its reason is read before anything is saved
        if (outcome === "kept") kept.push(one);
        else leave(row.item, outcome === "done" ? one.stored.code : "", one.file.name);
      }
      running--;
      if (!running) settle();
    }

    // All that could go up is up: save if that was asked for, else say what is left.
    function settle() {
      if (kept.length) return ask();
      if (button) form.requestSubmit(button);
    }

    function ask() {
      const item = document.createElement("li");
      item.className = "upload-failed";
      item.append(`${kept.length}张照片没有传上去`);
      const choice = (label, act) => {
        const one = document.createElement("button");
        one.type = "button";
        one.className = "btn btn-outline-secondary";
        one.textContent = label;
        one.addEventListener("click", () => {
          item.remove();
          act();
        });
        item.append(one);
      };
      choice("再试一次", () => start(kept.splice(0)));
      choice("先保存文字，照片随后再传", async () => {
        const left = kept.splice(0);
        left.forEach((one) => { one.action = up.CARRIED; });
        await Promise.all(left.map(up.keep));
        form.requestSubmit(button || form.querySelector("[type=submit]"));
      });
      list.append(item);
    }

    function start(ones) {
      ones.forEach((one) => queue.push([one, up.line(list, one.file.name)]));
      while (running < up.AT_ONCE && queue.length) carry();
    }

    async function take(files, origin) {
      const at = Date.now();
      const ones = files.map((file) => ({
        id: up.number(), action: carrier.action, fields: [], file, at, origin,
      }));
      await Promise.all(ones.map(up.keep));
      start(ones);
    }

    function gather(event) {
      const files = [...event.target.files];
      event.target.value = "";
      take(files, event.target === camera ? "camera" : files.length > 1 ? "album" : "");
    }

    form.addEventListener("submit", (event) => {
      if (!running && !kept.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      button = event.submitter;
      list.scrollIntoView({ block: "center" });
      if (!running && !list.querySelector(".btn-outline-secondary")) ask();
    }, true);
    form.addEventListener("draft:restored", show);

    // What was up already before the page was lost.
    function show() {
      list.querySelectorAll("[data-known]").forEach((item) => item.remove());
      codes().forEach((code) => {
        const item = document.createElement("li");
        item.dataset.known = "";
        item.className = "upload-done";
        const state = document.createElement("span");
        state.className = "upload-state";
        state.textContent = "已上传";
        item.append(state);
        leave(item, code, "已上传的照片");
        list.append(item);
      });
    }

    async function goOn() {
      const own = (await up.waiting()).filter((one) => one.action === carrier.action);
      if (own.length) start(own);
    }

    all.addEventListener("change", gather);
    if (camera) {
      camera.addEventListener("change", gather);
      form.querySelector("[data-camera-label]").hidden = false;
    }
    show();
    goOn();
  }

  document.querySelectorAll("form[data-uploads]").forEach(photos);
})();

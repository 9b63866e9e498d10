// Many files at once: one request and one progress bar each, two on the way at a time. A
// refused one loses no other; what the network loses is tried again with growing waits; what
// is not through when the page is left waits in the browser (IndexedDB) and goes on with one
// click. Every file carries a number of its own, so that a repeated request stores it once.
//
// Markup (the form works without script, too):
//   <form method="post" action="..." enctype="multipart/form-data" data-upload>
//     <label class="drop-area" for="x">...</label>
//     <input type="file" id="x" name="files" multiple>
//     <ul data-upload-list aria-live="polite"></ul>
//     <button type="submit" data-upload-button>上传</button>
//   </form>
// All other fields of the form go along with each file, and `upload_id` and `taken_at`. The
// address answers JSON {stored: [{name, code, kind, note}], errors: [sentence]}, status 200
// or 400. static/js/photos.js, loaded before, makes pictures smaller; where the form names an
// address in data-videos, static/js/videos.js sends videos in pieces.
(function () {
  "use strict";

  const AT_ONCE = 2;
  const WAITS = [2, 5, 15, 30, 60]; // seconds before each further try
  const KEPT_DAYS = 3;
  const LARGE = 30 * 1024 * 1024;
  const CARRIED = "carried"; // chosen for an entry that was saved without them (entry_photos.js)

  // --- what waits in the browser ------------------------------------------------------

  // One box per person: computers and phones are shared. What another left is thrown away.
  const BOX = "uploads-" + (document.body.dataset.person || "");
  let opened = null;

  if (indexedDB.databases) {
    indexedDB.databases().then((all) => all.forEach((one) => {
      if (one.name.startsWith("uploads") && one.name !== BOX) {
        indexedDB.deleteDatabase(one.name);
      }
    })).catch(() => null);
  }

  function base() {
    opened = opened || new Promise((resolve, reject) => {
      const request = indexedDB.open(BOX, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("files", { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  // A browser that keeps nothing (a private window, a full disk) still uploads.
  async function keeper(mode, work) {
    try {
      const store = (await base()).transaction("files", mode).objectStore("files");
      return await new Promise((resolve, reject) => {
        const request = work(store);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    } catch {
      return null;
    }
  }

  const keep = (one) => keeper("readwrite", (store) => store.put(one));
  const forget = (id) => keeper("readwrite", (store) => store.delete(id));

  async function waiting() {
    const all = (await keeper("readonly", (store) => store.getAll())) || [];
    const oldest = Date.now() - KEPT_DAYS * 24 * 3600 * 1000;
    all.filter((one) => one.at < oldest).forEach((one) => forget(one.id));
    return all.filter((one) => one.at >= oldest);
  }

  function number() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // --- one file -----------------------------------------------------------------------

  function line(list, name) {
    const item = document.createElement("li");
    const label = document.createElement("span");
    label.textContent = name;
    const progress = document.createElement("progress");
    progress.max = 100;
    progress.value = 0;
    const state = document.createElement("span");
    state.className = "upload-state";
    item.append(label, progress, state);
    list.append(item);
    return { item, progress, state };
  }

  function end(row, ok, text) {
    row.item.classList.add(ok ? "upload-done" : "upload-failed");
    row.progress.hidden = true;
    row.state.textContent = text;
  }

  // One try: {answer} of the server, or {again: sentence} where the network is to blame, or
  // {refused: sentence}.
  function post(form, one, ready, row) {
    return new Promise((resolve) => {
      const data = new FormData(form);
      data.delete("files");
      for (const [name, value] of one.fields) data.set(name, value);
      data.set("upload_id", one.id);
      if (one.origin) data.set("origin", one.origin);
      if (ready.takenAt) data.set("taken_at", ready.takenAt);
      data.append("files", ready.blob, ready.name);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) row.progress.value = (event.loaded / event.total) * 100;
      });
      request.addEventListener("load", () => {
        if (request.status === 413) return resolve({ refused: "文件太大，请压缩后再上传。" });
        if (request.status >= 500) return resolve({ again: "服务器暂时没有收下" });
        try {
          resolve({ answer: JSON.parse(request.responseText) });
        } catch {
          resolve({ stop: "没有上传成功，请刷新页面、重新登录后再点“继续上传”。" });
        }
      });
      request.addEventListener("error", () => resolve({ again: "网络中断" }));
      request.send(data);
    });
  }

  function wait(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(done, seconds * 1000);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
    });
  }

  // "done", "refused" or "kept" for later.
  async function send(form, one, row) {
    const isVideo = form.dataset.videos && window.videos && window.videos.is(one.file);
    const ready = window.photos && !isVideo
      ? await window.photos.prepare(one.file)
      : { blob: one.file, name: one.file.name, takenAt: "" };
    for (let tries = 0; ; tries++) {
      const { answer, again, refused, stop, moved } = isVideo
        ? await window.videos.post(form, one, row)
        : await post(form, one, ready, row);
      if (moved) tries = 0;
      if (answer && answer.stored.length) {
        await forget(one.id);
        end(row, true, "已上传。" + answer.stored[0].note);
        one.stored = answer.stored[0];
        return "done";
      }
      if (answer || refused) {
        await forget(one.id);
        end(row, false, refused || answer.errors.join("；"));
        return "refused";
      }
      if (stop || tries === WAITS.length) {
        end(row, false, stop || `${again}，这个文件留在本机，请稍后点“继续上传”。`);
        return "kept";
      }
      row.progress.value = 0;
      row.state.textContent = `${again}，${WAITS[tries]}秒后自动重试`;
      await wait(WAITS[tries]);
      row.state.textContent = "";
    }
  }

  // --- a form -------------------------------------------------------------------------

  function offer(list, text, act) {
    const item = document.createElement("li");
    item.dataset.offer = "";
    if (typeof act === "string") {
      const link = document.createElement("a");
      link.href = act;
      link.textContent = text;
      item.append(link);
    } else {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-warning";
      button.textContent = text;
      button.addEventListener("click", () => {
        item.remove();
        act();
      });
      item.append(button);
    }
    list.append(item);
  }

  function setUp(form) {
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-upload-list]");
    const area = form.querySelector(".drop-area");
    form.classList.add("is-enhanced");

    async function run(queue) {
      const rows = queue.map((one) => [one, line(list, one.file.name)]);
      const kept = [];
      let done = 0;
      let refused = 0;
      async function carry() {
        for (let next = rows.shift(); next; next = rows.shift()) {
          const outcome = await send(form, ...next);
          if (outcome === "done") done++;
          else if (outcome === "refused") refused++;
          else kept.push(next[0]);
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, carry));
      if (kept.length) offer(list, `待续传${kept.length}个文件，点击继续上传`, () => run(kept));
      if (!kept.length && !refused) window.location.reload();
      else if (done) offer(list, "刷新查看已上传的文件", window.location.href.split("#")[0]);
    }

    async function take(files, origin) {
      const fields = [...new FormData(form)].filter(
        ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken",
      );
      const at = Date.now();
      const queue = files.map((file) => ({ id: number(), action: form.action, fields, file, at, origin }));
      input.value = "";
      await forgetEarlier(files);
      // Keeping a video of hundreds of megabytes takes a while: it is sent meanwhile.
      await Promise.all(queue.filter((one) => one.file.size < LARGE).map(keep));
      queue.filter((one) => one.file.size >= LARGE).forEach(keep);
      await run(queue);
    }

    // A file that was chosen again takes the place of the one that waited.
    async function forgetEarlier(files) {
      const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
      const own = (await waiting()).filter((one) => one.action === form.action);
      const again = own.filter((one) => files.some((file) => same(file, one.file)));
      await Promise.all(again.map((one) => forget(one.id)));
      if (again.length && again.length === own.length) {
        list.querySelectorAll("[data-offer]").forEach((item) => item.remove());
      }
    }

    async function goOn() {
      const all = await waiting();
      const own = all.filter((one) => one.action === form.action);
      if (own.length) offer(list, `待续传${own.length}个文件，点击继续上传`, () => run(own));
      const carried = all.filter((one) => one.action === CARRIED);
      if (carried.length) offer(list, `记一笔时没有传完的${carried.length}张照片，点击附到这条记录`, () => adopt(carried));
      const other = all.find((one) => one.action !== form.action && one.action !== CARRIED);
      if (other) offer(list, "另一条记录还有待续传的文件，点击打开", other.action.replace(/files\/$/, ""));
    }

    async function adopt(carried) {
      const fields = [...new FormData(form)].filter(
        ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken",
      );
      carried.forEach((one) => Object.assign(one, { action: form.action, fields }));
      await Promise.all(carried.map(keep));
      await run(carried);
    }

    // Several at once cannot come from the camera; of a single one nobody knows.
    input.addEventListener("change", () => take([...input.files], input.files.length > 1 ? "album" : ""));
    const camera = form.querySelector("[data-camera]");
    if (camera) {
      form.querySelector("[data-camera-label]").hidden = false;
      camera.addEventListener("change", () => {
        const shot = [...camera.files];
        camera.value = "";
        take(shot, "camera");
      });
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.files.length) take([...input.files]);
      else input.click();
    });
    for (const name of ["dragover", "dragenter"]) {
      area.addEventListener(name, (event) => {
        event.preventDefault();
        area.classList.add("is-over");
      });
    }
    area.addEventListener("dragleave", () => area.classList.remove("is-over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      area.classList.remove("is-over");
      take([...event.dataTransfer.files]);
    });
    goOn();
  }

  window.uploads = { AT_ONCE, CARRIED, end, forget, keep, line, number, send, waiting };
  document.querySelectorAll("form[data-upload]").forEach(setUp);
})();

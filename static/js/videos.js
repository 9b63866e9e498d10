// Videos go in pieces: the server says how much it has, and after a lost network, a closed page
// or a lost session the same file, chosen again, goes on from there.
//
// window.videos.post(form, one, row) is one try, with the answers of post() in upload.js;
// `moved` says that something came through, so that a weak network does not use up its tries.
(function () {
  "use strict";

  const ENDINGS = /\.(mp4|m4v|mov|qt|3gp|3g2|avi|wmv|asf|mkv|webm|flv|mpg|mpeg|vob|ts|mts|m2ts)$/i;
  const MEGA = 1024 * 1024;
  const SIGN_IN = "没有传完，请重新登录、回到本页后再选择这个视频，会接着传。";

  function is(file) {
    return ENDINGS.test(file.name);
  }

  function token(form) {
    return form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  // {status, body}: body is null for what is no JSON (the log-in page), status 0 for no network.
  function send(form, address, body, told) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token(form));
      if (told) request.upload.addEventListener("progress", (event) => told(event.loaded));
      request.addEventListener("load", () => {
        let read = null;
        try { read = JSON.parse(request.responseText); } catch { /* a page, not an answer */ }
        resolve({ status: request.status, body: read });
      });
      request.addEventListener("error", () => resolve({ status: 0, body: null }));
      request.send(body);
    });
  }

  // What upload.js does with an answer that is not a plain success.
  function verdict({ status, body }) {
    if (status === 0) return { again: "网络中断" };
    if (status === 507 && body) return { stop: body.errors.join("；") };
    if (status >= 500) return { again: "服务器暂时没有收下" };
    if (body && body.errors) return { refused: body.errors.join("；") };
    return { stop: SIGN_IN };
  }

  function show(row, done, size) {
    row.progress.value = (done / size) * 100;
    row.state.textContent = `${(done / MEGA).toFixed(1)}/${(size / MEGA).toFixed(1)}兆`;
  }

  async function post(form, one, row) {
    const file = one.file;
    const about = new FormData();
    for (const [name, value] of one.fields) about.set(name, value);
    about.set("name", file.name);
    about.set("size", file.size);
    about.set("modified", file.lastModified || "");
    const begun = await send(form, form.dataset.videos, about);
    if (begun.status !== 200) return verdict(begun);
    if (begun.body.stored) return { answer: begun.body };
    const { piece, to, finish } = begun.body;
    let at = begun.body.received;
    let moved = false;
    for (;;) {
      while (at < file.size) {
        show(row, at, file.size);
        const part = file.slice(at, at + piece);
        const from = at;
        const got = await send(form, `${to}?offset=${at}`, part, (loaded) => show(row, from + loaded, file.size));
        if (got.body && typeof got.body.received === "number") {
          if (got.status === 409 && got.body.received === at) return { again: "另一个窗口正在上传这个视频", moved };
          moved = moved || got.status === 200;
          at = got.body.received;
        } else {
          return { ...verdict(got), moved };
        }
      }
      row.progress.removeAttribute("value");
      row.state.textContent = "已传完，正在核对……";
      const ended = await send(form, finish, new FormData());
      if (ended.status === 200) return { answer: ended.body };
      if (ended.status !== 409 || !ended.body) return { ...verdict(ended), moved };
      if (ended.body.received >= file.size) return { again: "另一个窗口正在上传这个视频", moved };
      at = ended.body.received;
    }
  }

  window.videos = { is, post };
})();

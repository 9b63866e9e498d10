// Many files at once, one request and one progress bar each: a refused one loses no other.
(function () {
  "use strict";

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

  function send(form, file, row) {
    return new Promise((resolve) => {
      const data = new FormData(form);
      data.delete("files");
      data.append("files", file);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) row.progress.value = (event.loaded / event.total) * 100;
      });
      const finish = (ok, text) => {
        row.item.classList.add(ok ? "upload-done" : "upload-failed");
        row.progress.hidden = true;
        row.state.textContent = text;
        resolve(ok);
      };
      request.addEventListener("load", () => {
        let answer = null;
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          return finish(false, "没有上传成功，请刷新页面、重新登录后再试。");
        }
        if (answer.stored.length) finish(true, "已上传。" + answer.stored[0].note);
        else finish(false, answer.errors.join("；"));
      });
      request.addEventListener("error", () => finish(false, "网络中断，请重新上传这个文件。"));
      request.send(data);
    });
  }

  function setUp(form) {
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-upload-list]");
    const area = form.querySelector(".drop-area");
    form.classList.add("is-enhanced");

    async function take(files) {
      let failed = 0;
      const rows = files.map((file) => [file, line(list, file.name)]);
      for (const [file, row] of rows) {
        if (!(await send(form, file, row))) failed++;
      }
      input.value = "";
      if (!failed) window.location.reload();
      else if (failed < rows.length) {
        const again = document.createElement("li");
        const link = document.createElement("a");
        link.href = window.location.href;
        link.textContent = "刷新查看已上传的文件";
        again.append(link);
        list.append(again);
      }
    }

    input.addEventListener("change", () => take([...input.files]));
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
  }

  document.querySelectorAll("form[data-upload]").forEach(setUp);
})();

// A video that the worker is still at plays where it stands as soon as it is through; the page
// is not loaded anew, somebody may be typing in it.
(() => {
  "use strict";
  const PAUSE = 4000;

  function player({ source, poster }) {
    const video = document.createElement("video");
    Object.assign(video, { controls: true, preload: "none", playsInline: true, width: 320, height: 180, src: source });
    if (poster) video.poster = poster;
    return video;
  }

  async function ask(box) {
    const response = await fetch(box.dataset.waiting, { credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const answer = await response.json();
    if (answer.state === "") {
      box.replaceWith(player(answer));
    } else if (answer.state === "failed") {
      delete box.dataset.waiting;
      box.querySelector("[role=status]").textContent = "这段视频没有处理成功，请刷新页面查看怎么办。";
    }
  }

  // Boxes come and go with the gallery: each round asks for those that stand there now.
  async function round() {
    await Promise.allSettled([...document.querySelectorAll("[data-waiting]")].map(ask));
    window.setTimeout(round, PAUSE);
  }
  window.setTimeout(round, PAUSE);
})();

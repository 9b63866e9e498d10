// Photos of a page: opened large with keys and swipes, captions saved where they stand, put
// in order by dragging or by buttons, ticked many at once. Without script each thumbnail leads
// to a page of its own and every form works with its button.
//
//   [data-gallery] a[data-large="address"][data-caption][data-facts][data-save]
//   [data-gallery] figure[data-photo="link"] with [data-handle], form[data-step], form[data-caption-form]
//   form[data-ticks] with input[data-tick], [data-tick-all], [data-ticked]
//   a[data-previous], a[data-next]: the page of one photo
(function () {
  "use strict";

  const SWIPE = 45; // pixels
  const typing = (target) => target.closest && target.closest("input, textarea, select, [contenteditable]");

  function make(tag, name, text) {
    const node = document.createElement(tag);
    node.className = name || "";
    if (text) node.textContent = text;
    return node;
  }

  // --- the large view -------------------------------------------------------------------

  const large = (function () {
    let box, image, words, facts, count, page, save, opener;
    let row = [];
    let at = 0;

    function button(name, label, text, act) {
      const one = make("button", `lightbox-button ${name}`, text);
      one.type = "button";
      one.setAttribute("aria-label", label);
      one.addEventListener("click", act);
      return one;
    }

    function build() {
      box = make("dialog", "lightbox");
      box.setAttribute("aria-label", "照片大图");
      image = make("img", "lightbox-image");
      words = make("p", "lightbox-words");
      facts = make("span", "lightbox-facts");
      count = make("span", "lightbox-count");
      page = make("a", "lightbox-link", "详情");
      save = make("a", "lightbox-link", "下载");
      const foot = make("div", "lightbox-foot");
      const line = make("div", "lightbox-line");
      line.append(count, facts, page, save);
      foot.append(words, line);
      box.append(
        image,
        button("lightbox-previous", "上一张", "‹", () => show(at - 1)),
        button("lightbox-next", "下一张", "›", () => show(at + 1)),
        button("lightbox-close", "关闭", "×", () => box.close()),
        foot,
      );
      document.body.append(box);
      box.addEventListener("keydown", (event) => {
        event.stopPropagation(); // keys of the page below mean something else
        if (event.key === "ArrowLeft") show(at - 1);
        else if (event.key === "ArrowRight") show(at + 1);
        else if (event.key === "Home") show(0);
        else if (event.key === "End") show(row.length - 1);
        else return;
        event.preventDefault();
      });
      box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
      box.addEventListener("close", () => { image.removeAttribute("src"); opener.focus(); });
      swipes(box);
    }

    function swipes(area) {
      let from = null;
      area.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; });
      area.addEventListener("pointerup", (event) => {
        if (!from || event.target.closest("a, button")) return;
        const x = event.clientX - from[0];
        const y = event.clientY - from[1];
        from = null;
        if (Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y)) show(at + (x < 0 ? 1 : -1));
        else if (y > 2 * SWIPE && Math.abs(x) < SWIPE) box.close();
      });
      image.draggable = false;
    }

    function show(number) {
      if (number < 0 || number >= row.length) return;
      at = number;
      const one = row[at];
      image.src = one.dataset.large;
      image.alt = one.querySelector("img").alt;
      words.textContent = captionOf(one);
      facts.textContent = one.dataset.facts;
      count.textContent = `${at + 1} / ${row.length}`;
      page.href = one.getAttribute("href");
      page.hidden = !one.getAttribute("href").startsWith("/links/");
      save.href = one.dataset.save || one.dataset.large;
      box.querySelector(".lightbox-previous").disabled = at === 0;
      box.querySelector(".lightbox-next").disabled = at === row.length - 1;
      const next = row[at + 1];
      if (next) new Image().src = next.dataset.large;
    }

    // What was just typed under the picture counts, saved or not.
    function captionOf(one) {
      const field = one.closest("figure")?.querySelector("form[data-caption-form] [name=caption]");
      return field ? field.value : one.dataset.caption;
    }

    return function open(link) {
      if (!box) build();
      opener = link;
      row = [...link.closest("[data-gallery]").querySelectorAll("a[data-large]")];
      box.showModal();
      show(row.indexOf(link));
    };
  })();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-gallery] a[data-large]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain || !window.HTMLDialogElement) return;
    event.preventDefault();
    large(link);
  });

  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const way = { ArrowLeft: "a[data-previous]", ArrowRight: "a[data-next]" }[event.key];
    const link = way && document.querySelector(way);
    if (link) link.click();
  });

  // --- captions, saved where they stand -------------------------------------------------

  async function post(form, data) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
    });
    if (!answer.ok || !/json/.test(answer.headers.get("Content-Type"))) throw new Error("refused");
    return answer.json();
  }

  function captions(form) {
    const state = form.querySelector("[data-state]");
    form.classList.add("is-enhanced");
    let kept = new URLSearchParams(new FormData(form)).toString();
    async function save() {
      const now = new URLSearchParams(new FormData(form)).toString();
      if (now === kept) return;
      state.textContent = "正在保存";
      state.className = "photo-state";
      try {
        const answer = await post(form, new FormData(form));
        if (answer.ask) return form.submit(); // words that want a decision: the page asks
        state.textContent = answer.error || "已保存";
        state.classList.toggle("text-danger", Boolean(answer.error));
        if (!answer.error) kept = now;
      } catch {
        state.textContent = "没有保存，请检查网络后再改一次";
        state.classList.add("text-danger");
      }
    }
    form.addEventListener("change", save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
    });
  }

  // --- order ----------------------------------------------------------------------------

  function order(gallery) {
    const figures = () => [...gallery.querySelectorAll("figure[data-photo]")];

    function buttons() {
      const all = figures();
      all.forEach((figure, n) => {
        const step = (way) => figure.querySelector(`form[data-step="${way}"] button`);
        if (step(-1)) step(-1).disabled = n === 0;
        if (step(1)) step(1).disabled = n === all.length - 1;
      });
    }

    async function store(figure) {
      const form = figure.querySelector("form[data-step]");
      const data = new FormData(form);
      const next = figure.nextElementSibling;
      data.set("before", next ? next.dataset.photo : "");
      buttons();
      try {
        const answer = await post(form, data);
        if (answer.error) throw new Error(answer.error);
      } catch {
        window.location.reload(); // the order as it is stored, with the reason
      }
    }

    gallery.addEventListener("submit", (event) => {
      const way = Number(event.target.dataset.step);
      if (!way) return;
      event.preventDefault();
      delete event.target.dataset.sending;
      const figure = event.target.closest("figure");
      const other = way < 0 ? figure.previousElementSibling : figure.nextElementSibling;
      if (!other) return;
      if (way < 0) other.before(figure);
      else other.after(figure);
      event.submitter?.focus();
      store(figure);
    });

    // By pointer, so that a finger drags as a mouse does.
    gallery.querySelectorAll("[data-handle]").forEach((handle) => {
      handle.hidden = false;
      handle.addEventListener("pointerdown", (event) => {
        const figure = handle.closest("figure");
        const first = figure.nextElementSibling;
        event.preventDefault();
        figure.classList.add("is-dragged");
        // On the window: a figure that changes its place loses whatever pointer it held.
        function move(moved) {
          const under = document.elementFromPoint(moved.clientX, moved.clientY);
          const other = under && under.closest("figure[data-photo]");
          if (!other || other === figure || other.parentElement !== gallery) return;
          const all = figures();
          if (all.indexOf(other) < all.indexOf(figure)) other.before(figure);
          else other.after(figure);
        }
        function drop() {
          window.removeEventListener("pointermove", move);
          window.removeEventListener("pointerup", drop);
          window.removeEventListener("pointercancel", drop);
          figure.classList.remove("is-dragged");
          if (figure.nextElementSibling !== first) store(figure);
        }
        window.addEventListener("pointermove", move);
        window.addEventListener("pointerup", drop);
        window.addEventListener("pointercancel", drop);
      });
    });
  }

  // --- many at once -----------------------------------------------------------------------

  function ticks(form) {
    const all = form.querySelector("[data-tick-all]");
    const said = form.querySelector("[data-ticked]");
    const most = Number(form.dataset.most);
    const boxes = () => [...form.querySelectorAll("[data-tick]")];
    function count() {
      const n = boxes().filter((box) => box.checked).length;
      said.textContent = n > most ? `一次最多${most}张` : n ? `已选${n}张：` : "勾选照片后：";
      form.querySelectorAll("button[type=submit]").forEach((button) => {
        button.disabled = !n || n > most;
      });
      boxes().forEach((box) => box.closest("figure").classList.toggle("is-ticked", box.checked));
    }
    if (all) {
      all.closest("label").hidden = false;
      all.addEventListener("change", () => {
        boxes().forEach((box) => { box.checked = all.checked; });
      });
    }
    form.addEventListener("change", count);
    count();
  }

  document.querySelectorAll("form[data-caption-form]").forEach(captions);
  document.querySelectorAll("[data-gallery]").forEach((gallery) => {
    if (gallery.querySelector("form[data-step]")) order(gallery);
  });
  document.querySelectorAll("form[data-ticks]").forEach(ticks);

  // One open menu at a time, and none after a click elsewhere.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.photo-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
})();

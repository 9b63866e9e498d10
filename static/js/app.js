"use strict";
// Behaviour of every page. Loaded in the head without defer, so that the large type stands
// before the first paint; everything else waits for the document.
(function () {
  const key = "large-type";
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem(key) === "1";
    } catch {
      return false; // storage can be switched off by the browser's policy
    }
  }

  function remember(on) {
    try {
      localStorage.setItem(key, on ? "1" : "0");
    } catch {
      // the choice then holds for this page only
    }
  }

  root.classList.toggle("large-type", stored());

  function largeTypeButtons() {
    for (const button of document.querySelectorAll("[data-large-type]")) {
      button.setAttribute("aria-pressed", String(root.classList.contains("large-type")));
      button.addEventListener("click", function () {
        const on = root.classList.toggle("large-type");
        button.setAttribute("aria-pressed", String(on));
        remember(on);
      });
    }
  }

  // A second click must not send a form twice. The button stays as it is named, because
  // its name and value belong to what is sent.
  function sendOnce() {
    document.addEventListener("submit", function (event) {
      const form = event.target;
      if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-resend")) {
        return;
      }
      if (form.dataset.sending) {
        event.preventDefault();
        return;
      }
      form.dataset.sending = "1";
      for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
        button.classList.add("is-sending");
        button.setAttribute("aria-disabled", "true");
      }
      // A file that is sent back does not leave the page: open the form again after a while.
      setTimeout(function () {
        delete form.dataset.sending;
        for (const button of form.querySelectorAll(".is-sending")) {
          button.classList.remove("is-sending");
          button.removeAttribute("aria-disabled");
        }
      }, 8000);
    });
  }

  // An ID number or a phone is to stand in no address (config/middleware.py): a search that is
  // sent with GET says so before it leaves the page.
  function holdBackNumbers() {
    const ofAPerson = /^(\d{17}[\dX]|[1-9]\d{14}|(86)?1[3-9]\d{9})$/;
    document.addEventListener("submit", function (event) {
      const field = event.target.method === "get" && event.target.elements.q;
      if (!field || !isNumber(field.value)) {
        return;
      }
      event.preventDefault();
      field.setCustomValidity("这里不能按身份号码、电话查找。要按号码找人，请打开花名册，在查找框填写后点“查询”。");
      field.reportValidity();
      field.addEventListener("input", function () { field.setCustomValidity(""); }, { once: true });
    });

    function isNumber(text) {
      return ofAPerson.test(text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase());
    }
  }

  function printButtons() {
    for (const button of document.querySelectorAll("[data-print]")) {
      button.addEventListener("click", function () {
        window.print();
      });
    }
  }

  // A long menu opens where the reader is.
  function showCurrentEntry() {
    const menu = document.getElementById("menu");
    const entry = menu && menu.querySelector("[aria-current=page]");
    if (entry && entry.offsetTop + entry.offsetHeight > menu.clientHeight) {
      menu.scrollTop = entry.offsetTop - menu.clientHeight / 2;
    }
  }

  // On a phone lines are short, and Chromium ends them within a date or a number at its
  // hyphens; no style prevents that but one on the date alone.
  function keepDatesWhole() {
    const main = document.querySelector("main");
    if (!main || !window.matchMedia("(max-width: 767.98px)").matches) {
      return;
    }
    const whole = /(\d+(?:-\d+)+(?: \d\d:\d\d)?)/;
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (whole.test(node.data) && !node.parentElement.closest("select, textarea, script, svg")) {
        found.push(node);
      }
    }
    for (const node of found) {
      // There the pieces would stand apart.
      if (/flex|grid/.test(getComputedStyle(node.parentElement).display)) {
        continue;
      }
      const pieces = node.data.split(whole).map(function (text, at) {
        if (at % 2 === 0) {
          return text;
        }
        const span = document.createElement("span");
        span.className = "nowrap";
        span.textContent = text;
        return span;
      });
      node.replaceWith(...pieces);
    }
  }

  // A page that comes back from the browser's memory has its forms open again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      for (const form of document.forms) {
        delete form.dataset.sending;
      }
    }
  });

  document.addEventListener("DOMContentLoaded", function () {
    largeTypeButtons();
    sendOnce();
    holdBackNumbers();
    printButtons();
    showCurrentEntry();
    keepDatesWhole();
  });
})();

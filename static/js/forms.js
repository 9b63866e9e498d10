// One click saves once. Removing asks first. (Drafts: drafts.js.)
(function () {
  "use strict";
  // A link may lead to one field of a form: what must be corrected is ready to be typed.
  const aimed = /^#id_\w+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (aimed) {
    aimed.scrollIntoView({ block: "center" });
    aimed.focus({ preventScroll: true });
  }

  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 8000);
    });
  });
  document.querySelectorAll("[data-confirm]").forEach((button) => {
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.confirm)) event.preventDefault();
    });
  });
})();

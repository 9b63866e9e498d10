"use strict";
// Fetches the pieces of the desk that take longer than the page itself.
for (const place of document.querySelectorAll("[data-fetch]")) {
  fetch(place.dataset.fetch, { credentials: "same-origin", headers: { Accept: "text/html" } })
    .then(function (response) {
      if (!response.ok || response.redirected) {
        throw new Error(String(response.status));
      }
      return response.text();
    })
    .then(function (html) {
      place.innerHTML = html;
    })
    .catch(function () {
      const text = place.querySelector("[data-fetch-text]");
      if (text) {
        text.textContent = "暂时不能核算，请打开对标自评查看。";
      }
    });
}

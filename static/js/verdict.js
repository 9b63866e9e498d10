// A verdict of 符合 earns all points and 不符合 none: the number follows the choice, so that
// the reviewer types one only for 部分符合.
(function () {
  "use strict";
  for (const form of document.querySelectorAll("form[data-verdict]")) {
    const result = form.elements.result;
    const points = form.elements.points;
    result.addEventListener("change", () => {
      const fixed = { met: form.dataset.verdict, not_met: "0" }[result.value];
      points.value = fixed ?? "";
      if (fixed === undefined) points.focus();
    });
  }
})();

// The password slips exist only on this page: leaving it without printing loses them.
// (app.js prints; this file only knows whether it happened.)
let printed = false;
window.addEventListener("beforeprint", () => { printed = true; });
window.addEventListener("beforeunload", (event) => {
  if (!printed) event.preventDefault();
});

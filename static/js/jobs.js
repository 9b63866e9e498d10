"use strict";
// Follows the jobs that are open, and loads the page anew when one has ended: the buttons
// and the result come from the server.
const PAUSE = 2000;

function show(row, job) {
  row.querySelector("[data-job-label]").firstElementChild.textContent = job.label;
  row.querySelector("[data-job-message]").textContent = job.message;
  if (job.total) {
    row.querySelector("[data-job-bar]").value = job.percent;
    row.querySelector("[data-job-count]").textContent = job.done + " / " + job.total;
  } else if (job.done) {
    // Nobody knows how many rows a file has before it was read.
    row.querySelector("[data-job-count]").textContent = "已处理 " + job.done;
  }
}

async function follow(row) {
  const response = await fetch(row.dataset.job, { credentials: "same-origin" });
  if (!response.ok || response.redirected) {
    return;
  }
  const job = await response.json();
  if (!job.is_open) {
    window.location.reload();
    return;
  }
  show(row, job);
  window.setTimeout(follow, PAUSE, row);
}

for (const row of document.querySelectorAll("[data-job]")) {
  window.setTimeout(follow, PAUSE, row);
}

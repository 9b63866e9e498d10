"use strict";
// A table of inputs that behaves like a sheet: a block copied from Excel fills the cells
// from the one it is pasted into, arrows and Enter move between rows. Without this script
// the form works the same, cell by cell.
(function () {
  function rowsOf(table) {
    return Array.from(table.tBodies[0].rows, (row) =>
      Array.from(row.querySelectorAll("input:not([type=hidden])")),
    );
  }

  function placeOf(rows, input) {
    const row = rows.findIndex((cells) => cells.includes(input));
    return row < 0 ? null : { row: row, column: rows[row].indexOf(input) };
  }

  function blockOf(text) {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return lines.map((line) => line.split("\t"));
  }

  function paste(table, event) {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n\r]/.test(text)) {
      return; // a single value goes where the cursor is
    }
    const rows = rowsOf(table);
    const start = placeOf(rows, event.target);
    if (!start) {
      return;
    }
    event.preventDefault();
    blockOf(text).forEach((values, down) => {
      const cells = rows[start.row + down] || [];
      values.forEach((value, right) => {
        const input = cells[start.column + right];
        if (input && !input.readOnly) {
          input.value = value.trim();
          input.classList.add("is-pasted");
          input.dispatchEvent(new Event("input", { bubbles: true }));
        }
      });
    });
  }

  function move(table, event) {
    const down = event.key === "ArrowDown" || event.key === "Enter";
    if (!down && event.key !== "ArrowUp") {
      return;
    }
    const rows = rowsOf(table);
    const place = placeOf(rows, event.target);
    if (!place || event.target.type === "date") {
      return;
    }
    event.preventDefault(); // Enter in a cell must not send half a sheet
    const next = rows[place.row + (down ? 1 : -1)];
    if (next && next[place.column]) {
      next[place.column].focus();
      next[place.column].select();
    }
  }

  for (const table of document.querySelectorAll("table[data-grid]")) {
    table.addEventListener("paste", (event) => paste(table, event));
    table.addEventListener("keydown", (event) => move(table, event));
  }
})();

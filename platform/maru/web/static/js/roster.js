// Attendance by keys: the table of selects becomes a grid with one tab stop (LOOK.md, "Roster").
// Each changed cell is posted to the form's own action under the select's own name; without this file the form's button
// saves the same fields at once. So it does where there is only a touch screen, which brings its own list to each select.
"use strict";

const MARKS = { present: "○", late: "△", absent: "×", excused: "◇", "left-early": "▷" };
const KEYS = { 1: "present", 2: "late", 3: "absent", 4: "excused", 5: "left-early", Backspace: "", Delete: "" };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Roster {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-roster-state]");
    this.rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].filter((cell) => cell.querySelector("select")));
    this.undone = [];
    this.saving = Promise.resolve();
    this.announceGrid();
    this.rows.flat().forEach((cell) => this.prepare(cell));
    form.addEventListener("keydown", (event) => this.press(event));
    form.addEventListener("focusin", (event) => this.enter(event.target.closest("[role=gridcell]")));
  }

  announceGrid() {
    const table = this.form.querySelector("table");
    table.setAttribute("role", "grid");
    table.querySelectorAll("tr").forEach((row) => row.setAttribute("role", "row"));
    table.querySelectorAll("thead th").forEach((cell) => cell.setAttribute("role", "columnheader"));
    table.querySelectorAll("tbody th, .fills th").forEach((cell) => cell.setAttribute("role", "rowheader"));
    table.querySelectorAll("tbody td").forEach((cell) => cell.setAttribute("role", "gridcell"));
  }

  prepare(cell) {
    const select = cell.querySelector("select");
    select.hidden = true;
    cell.tabIndex = cell === this.rows[0][0] ? 0 : -1;
    cell.append(document.createElement("span"));
    this.show(cell);
  }

  show(cell) {
    const select = cell.querySelector("select");
    cell.querySelector("span").textContent = MARKS[select.value] || "·";
    cell.dataset.mark = select.value;
    const words = select.selectedOptions[0].textContent.replace(/^\S+ /, "");
    cell.setAttribute("aria-label", `${select.getAttribute("aria-label")} ${words}`.trim());
  }

  place(cell) {
    const row = this.rows.findIndex((cells) => cells.includes(cell));
    return [row, this.rows[row].indexOf(cell)];
  }

  enter(cell) {
    if (!cell || !cell.querySelector("select")) return;
    this.rows.flat().forEach((other) => { other.tabIndex = other === cell ? 0 : -1; });
  }

  press(event) {
    const cell = event.target.closest("[role=gridcell]");
    if (!cell || event.altKey || event.metaKey) return;
    if (event.ctrlKey && event.key.toLowerCase() === "z") this.undo();
    else if (event.ctrlKey) return;
    else if (event.key in STEPS) this.step(cell, STEPS[event.key]);
    else if (event.key in KEYS) this.set(cell, KEYS[event.key]);
    else return;
    event.preventDefault();
  }

  step(cell, [down, right]) {
    const [row, column] = this.place(cell);
    this.rows[row + down]?.[column + right]?.focus();
  }

  set(cell, mark) {
    const before = cell.querySelector("select").value;
    if (before !== mark) {
      this.undone.push([cell, before]);
      this.write(cell, mark);
    }
    if (mark) this.step(cell, STEPS.ArrowDown);
  }

  undo() {
    const last = this.undone.pop();
    if (!last) return;
    this.write(...last);
    last[0].focus();
  }

  write(cell, mark) {
    cell.querySelector("select").value = mark;
    this.show(cell);
    this.saving = this.saving.then(() => this.save(cell.querySelector("select")));
  }

  showRates(rates) {
    this.rows.forEach((cells) => {
      if (!cells.length) return;
      const { rate, low } = rates[cells[0].querySelector("select").name.split(".")[1]] || {};
      const shown = cells[0].closest("tr").querySelector("td.num");
      shown.classList.toggle("low", Boolean(low));
      shown.textContent = rate == null ? "" : `${low ? "▼ " : ""}${rate}%`;
    });
  }

  async save(select) {
    const fields = new URLSearchParams({ csrf_token: this.form.elements.csrf_token.value, [select.name]: select.value });
    const answer = await fetch(this.form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } }).catch(() => null);
    const time = new Date().toLocaleTimeString("ko-KR", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Seoul" });
    const saved = answer !== null && answer.ok;
    this.state.classList.toggle("health--bad", !saved);
    if (saved) this.showRates((await answer.json()).rates);
    this.state.textContent = saved ? `${time} ${this.form.dataset.saved}` : this.form.dataset.failed;
  }
}

if (matchMedia("(any-pointer: fine)").matches) {
  document.querySelectorAll("form[data-roster]").forEach((form) => new Roster(form));
}

// Attendance: the table of selects becomes a grid with one tab stop (LOOK.md, "Roster"), and each mark, there or on the
// page of one class, is posted to the form's own action under its own name; without this file the form's button saves the
// same fields at once. So it does where there is only a touch screen, which brings its own list to each select.
//
// A mark that could not be sent stays in this browser, also when the page is closed, and is sent again: as one that may be
// older than what colleagues have marked meanwhile, which then stays (`late`).
"use strict";

const MARKS = { present: "○", late: "△", absent: "×", excused: "◇", "left-early": "▷" };
const KEYS = { 1: "present", 2: "late", 3: "absent", 4: "excused", 5: "left-early", Backspace: "", Delete: "" };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -99], End: [0, 99] };
const AGAIN = 10_000;

class Saver {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-roster-state]");
    this.key = `roster ${location.pathname}`;
    this.kept = this.read();
    this.left = 0;
    window.addEventListener("online", () => this.send());
    window.addEventListener("beforeunload", (event) => { if (Object.keys(this.kept).length) event.preventDefault(); });
  }

  read() {
    try { return JSON.parse(localStorage.getItem(this.key)) || {}; } catch { return {}; }
  }

  write() {
    try {
      if (Object.keys(this.kept).length) localStorage.setItem(this.key, JSON.stringify(this.kept));
      else localStorage.removeItem(this.key);
    } catch { /* a browser that keeps nothing still sends */ }
  }

  // Marks that an earlier visit could not send: shown again, and sent.
  resume(show) {
    Object.entries(this.kept).forEach(([name, one]) => { one.late = true; show(name, one.mark); });
    if (Object.keys(this.kept).length) this.send();
  }

  put(name, mark) {
    this.kept[name] = { mark, action: this.form.action, late: Boolean(this.kept[name]?.late) };
    this.write();
    this.send();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    let name;
    while ((name = Object.keys(this.kept)[0]) !== undefined && await this.sendOne(name, this.kept[name])) { /* the next */ }
    this.sending = false;
    this.say();
  }

  async sendOne(name, one) {
    const fields = new URLSearchParams({ csrf_token: this.form.elements.csrf_token.value, [name]: one.mark });
    if (one.late) fields.set("late", "1");
    const answer = await fetch(one.action, { method: "POST", body: fields, headers: { Accept: "application/json" } }).catch(() => null);
    if (answer === null || answer.status >= 500 || [401, 429].includes(answer.status)) {
      Object.values(this.kept).forEach((other) => { other.late = true; });
      this.write();
      this.timer = setTimeout(() => this.send(), AGAIN);
      return false;
    }
    if (this.kept[name]?.mark === one.mark) delete this.kept[name];
    this.write();
    this.refused = !answer.ok;
    if (answer.ok) {
      const { rates, left } = await answer.json();
      this.left += left;
      this.showRates?.(rates);
    }
    return true;
  }

  say() {
    const waiting = Object.keys(this.kept).length;
    const time = new Date().toLocaleTimeString("ko-KR", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Seoul" });
    this.state.classList.toggle("health--bad", Boolean(waiting || this.refused || this.left));
    const { saved, failed, kept, left } = this.form.dataset;
    this.state.textContent = waiting ? kept.replace("0", waiting) : this.refused ? failed : this.left ? left : `${time} ${saved}`;
    this.form.querySelectorAll("[data-unsaved]").forEach((cell) => cell.removeAttribute("data-unsaved"));
    Object.keys(this.kept).forEach((name) => this.form.elements[name] && this.fieldCell(name).setAttribute("data-unsaved", ""));
  }

  fieldCell(name) {
    const field = this.form.elements[name];
    return (field instanceof RadioNodeList ? field[0] : field).closest("td, fieldset");
  }
}

class Roster {
  constructor(form) {
    this.form = form;
    this.saver = new Saver(form);
    this.saver.showRates = (rates) => this.showRates(rates);
    this.rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].filter((cell) => cell.querySelector("select")));
    this.fills = [...form.querySelectorAll(".fills button")];
    this.fills.forEach((button) => { button.tabIndex = -1; });
    this.undone = [];
    this.announceGrid();
    this.rows.flat().forEach((cell) => this.prepare(cell));
    form.addEventListener("keydown", (event) => this.press(event));
    form.addEventListener("focusin", (event) => this.enter(event.target.closest("[role=gridcell]")));
    form.addEventListener("submit", (event) => this.fill(event));
    this.saver.resume((name, mark) => this.restore(name, mark));
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
    cell.tabIndex = cell === this.firstCell() ? 0 : -1;
    cell.append(document.createElement("span"));
    this.show(cell);
  }

  // Today's class, else the first: where a clerk begins.
  firstCell() {
    return this.rows[0].find((cell) => cell.classList.contains("today")) || this.rows[0][0];
  }

  show(cell) {
    const select = cell.querySelector("select");
    cell.querySelector("span").textContent = MARKS[select.value] || "·";
    cell.dataset.mark = select.value;
    const words = select.selectedOptions[0].textContent.replace(/^\S+ /, "");
    cell.setAttribute("aria-label", `${select.getAttribute("aria-label")} ${words}`.trim());
  }

  restore(name, mark) {
    const select = this.form.elements[name];
    if (!select) return;
    select.value = mark;
    this.show(select.closest("td"));
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
    const button = event.target.closest(".fills button");
    const cell = event.target.closest("[role=gridcell]");
    if (!(button || cell) || event.altKey || event.metaKey) return;
    if (button && (event.ctrlKey || !(event.key in STEPS))) return;
    if (button) this.stepFill(button, STEPS[event.key]);
    else if (event.ctrlKey && event.key.toLowerCase() === "z") this.undo();
    else if (event.ctrlKey) return;
    else if (event.key in STEPS) this.step(cell, STEPS[event.key]);
    else if (event.key in KEYS) this.set(cell, KEYS[event.key]);
    else return;
    event.preventDefault();
  }

  step(cell, [down, right]) {
    const [row, column] = this.place(cell);
    if (row + down < 0) this.fills.find((button) => this.below(button) === cell)?.focus();
    const cells = this.rows[row + down];
    cells?.[Math.abs(right) > 1 ? (right > 0 ? cells.length - 1 : 0) : column + right]?.focus();
  }

  // The row above the people: the buttons that fill a class.
  stepFill(button, [down, right]) {
    const places = this.fills.length - 1, place = this.fills.indexOf(button) + right;
    if (down > 0) this.below(button).focus();
    else if (right) this.fills[Math.min(Math.max(place, 0), places)].focus();
  }

  below(button) {
    return this.rows[0].find((cell) => cell.cellIndex === button.closest("td").cellIndex);
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

  // All blanks of one class: cell by cell, so that nothing is lost where the line is down.
  fill(event) {
    if (event.submitter?.name !== "fill") return;
    event.preventDefault();
    const blanks = this.rows.flat().filter((cell) => cell.querySelector("select").name.endsWith(`.${event.submitter.value}`) && !cell.dataset.mark);
    blanks.forEach((cell) => {
      this.undone.push([cell, ""]);
      this.write(cell, "present");
    });
    this.fills = this.fills.filter((button) => button !== event.submitter);
    this.below(event.submitter).focus();
    event.submitter.remove();
  }

  write(cell, mark) {
    const select = cell.querySelector("select");
    select.value = mark;
    this.show(cell);
    this.saver.put(select.name, mark);
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
}

// One class: a choice is saved as soon as it is made.
class ClassDay {
  constructor(form) {
    this.form = form;
    this.saver = new Saver(form);
    form.addEventListener("change", (event) => { if (event.target.type === "radio") this.saver.put(event.target.name, event.target.value); });
    form.addEventListener("submit", (event) => this.fill(event));
    this.saver.resume((name, mark) => this.check(name, mark));
  }

  check(name, mark) {
    const choices = this.form.elements[name];
    if (choices) choices.value = mark;
  }

  fill(event) {
    if (event.submitter?.name !== "fill") return;
    event.preventDefault();
    const names = new Set([...this.form.querySelectorAll("input[type=radio]")].map((choice) => choice.name));
    names.forEach((name) => {
      if (this.form.elements[name].value) return;
      this.check(name, "present");
      this.saver.put(name, "present");
    });
  }
}

document.querySelectorAll("form[data-class-day]").forEach((form) => new ClassDay(form));
if (matchMedia("(any-pointer: fine)").matches) {
  document.querySelectorAll("form[data-roster]").forEach((form) => new Roster(form));
}

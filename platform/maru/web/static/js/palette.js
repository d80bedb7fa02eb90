// The search box of the console suggests while one types (LOOK.md, "Console shell"): a combobox over a listbox, after the
// ARIA pattern. Enter without a chosen suggestion searches what was typed, as it does without this file. Ctrl K and, where
// it is not switched off in this browser, the slash lead to the box.
"use strict";

const SLASH = "maru-no-slash";

class Palette {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = document.createElement("div");
    this.list.id = "palette";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.label);
    this.list.hidden = true;
    form.append(this.list);
    const told = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "palette", "aria-expanded": "false" };
    Object.entries(told).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.input.autocomplete = "off";
    this.options = [];
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("focus", () => { if (this.input.value.trim() && !this.options.length) this.wait(); });
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) this.close(); });
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 100);
  }

  async ask() {
    this.asking?.abort();
    const words = this.input.value.trim();
    if (!words) { this.close(); return; }
    this.asking = new AbortController();
    const address = `${this.form.action}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.asking.signal }).catch(() => null);
    if (answer?.ok) this.show((await answer.json()).groups);
  }

  show(groups) {
    this.list.replaceChildren(...groups.map((group, number) => this.group(group, number)));
    this.options = [...this.list.querySelectorAll("[role=option]")];
    this.options.forEach((option, number) => { option.id = `palette-${number}`; });
    this.list.hidden = !this.options.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choose(-1);
  }

  group({ label, hits }, number) {
    const box = document.createElement("div");
    const name = document.createElement("p");
    name.id = `palette-group-${number}`;
    name.textContent = label;
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", name.id);
    box.append(name, ...hits.map((hit) => this.option(hit)));
    return box;
  }

  option({ label, note, url }) {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.dataset.url = url;
    option.append(label);
    if (note) {
      const more = document.createElement("small");
      more.textContent = note;
      option.append(" ", more);
    }
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => location.assign(url));
    return option;
  }

  choose(number) {
    this.chosen = number;
    this.options.forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    const option = this.options[number];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && this.options.length) {
      const places = this.options.length + 1;
      this.choose(((this.chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      location.assign(this.options[this.chosen].dataset.url);
    } else if (event.key === "Escape" && !this.list.hidden) {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.show([]);
  }

  enter() {
    this.input.focus();
    this.input.select();
  }
}

function slashIsOff() {
  try { return Boolean(localStorage.getItem(SLASH)); } catch { return false; }
}

function offerSwitch(switched) {
  const box = switched.querySelector("input");
  switched.hidden = false;
  box.checked = !slashIsOff();
  box.addEventListener("change", () => {
    try { box.checked ? localStorage.removeItem(SLASH) : localStorage.setItem(SLASH, "1"); } catch { box.checked = true; }
  });
}

document.querySelectorAll("form[data-command]").forEach((form) => {
  const palette = new Palette(form);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable], [role=grid]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.altKey && !event.metaKey && !slashIsOff();
    if (slash || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey)) {
      event.preventDefault();
      palette.enter();
    }
  });
});
document.querySelectorAll("[data-slash]").forEach(offerSwitch);

// The filter sheet on a phone: focus goes in and stays in, Esc closes it and goes back to the button that opened it.
// Without this file the sheet still opens and closes, by its address (:target).
"use strict";

const FOCUSABLE = "a[href], button, input, select, textarea";

class Sheet {
  constructor(form) {
    this.panel = form.closest("[id]");
    this.opener = document.querySelector(`a[href="#${this.panel.id}"]`);
    addEventListener("hashchange", () => this.follow());
    this.panel.addEventListener("keydown", (event) => this.press(event));
    this.follow();
  }

  get open() {
    return location.hash === `#${this.panel.id}` && getComputedStyle(this.panel).position === "fixed";
  }

  stops() {
    return [...this.panel.querySelectorAll(FOCUSABLE)].filter((stop) => stop.offsetParent !== null);
  }

  follow() {
    if (this.open) this.stops()[0].focus();
    else if (this.wasOpen) this.opener.focus();
    this.wasOpen = this.open;
  }

  press(event) {
    if (!this.open) return;
    if (event.key === "Escape") this.panel.querySelector("a[href^='#']").click();
    if (event.key !== "Tab") return;
    const stops = this.stops();
    const end = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== end) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }
}

document.querySelectorAll("form[data-sheet]").forEach((form) => new Sheet(form));

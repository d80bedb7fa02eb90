// The small preview beside the form of colours follows the form while it is being changed ([data-brand-live] in
// tokens.css derives the rest). What the server derives replaces it when the form is sent.
"use strict";

const HEX = /^#[0-9a-f]{6}$/i;

class Brand {
  constructor(form, preview) {
    Object.assign(this, { form, preview, field: form.elements.colour });
    this.picker = form.querySelector("[data-colour-picker]");
    this.picker.hidden = false;
    this.picker.addEventListener("input", () => this.pick());
    form.addEventListener("input", () => this.show());
  }

  pick() {
    this.field.value = this.picker.value;
  }

  show() {
    const colour = this.field.value.trim();
    if (HEX.test(colour)) {
      this.picker.value = colour;
      this.preview.removeAttribute("data-tenant"); // what the server derived stands later in the same layer
      this.preview.setAttribute("data-brand-live", "");
      this.preview.style.setProperty("--brand", colour);
    }
    for (const choice of ["masthead", "hero"]) this.preview.dataset[choice] = this.form.elements[choice].value;
  }
}

for (const form of document.querySelectorAll("[data-brand-form]"))
  new Brand(form, document.querySelector("[data-brand-preview]"));

// A list of courses that changes in place: its links and its form by htmx (attributes in catalogue/_list.html), and a
// choice as soon as it is made where the panel stands beside the list; on a phone the sheet keeps its button.
// Without this file and htmx every choice is a new page.
"use strict";

const beside = matchMedia("(min-width: 62rem)");
const part = (id) => document.getElementById(id);

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-sheet]");
  if (form && beside.matches) form.requestSubmit();
});

// What was left empty does not belong into the address.
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("form[data-sheet]")) return;
  [...formData].filter(([, value]) => value === "").forEach(([name]) => formData.delete(name));
});

document.addEventListener("htmx:before:swap", (event) => {
  const { response, text, request } = event.detail.ctx;
  if (response.status === 200 && text.includes('id="list"')) return;
  event.preventDefault();
  location.assign(request.action);
});

document.addEventListener("htmx:error", (event) => location.assign(event.detail.ctx.request.action));

document.addEventListener("htmx:after:swap", () => {
  part("filters").querySelectorAll("input").forEach((input) => { input.checked = input.defaultChecked; });
  part("list-status").textContent = part("h-results").textContent;
  if (!beside.matches) location.replace("#results");
});

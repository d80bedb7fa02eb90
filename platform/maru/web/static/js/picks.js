// A list whose lines are ticked: one box for all of the page. Without this file each line is ticked by itself.
"use strict";

for (const all of document.querySelectorAll("[data-pick-all]")) {
  const boxes = [...all.closest("table").querySelectorAll("tbody .pick")];
  const agree = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", agree));
  agree();
}

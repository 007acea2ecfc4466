// The choice of registers in the table: «all on this page» ticks the rows, and the number of the
// chosen ones is shown and said. Without this file the form works all the same.
"use strict";

const ROW_BOXES = "input[name=kkm][form=chosen]";
const ALL_BOX = "input[name=all][form=chosen]";

document.addEventListener("change", (event) => {
  if (event.target.matches(ALL_BOX)) {
    for (const box of document.querySelectorAll(ROW_BOXES)) {
      box.checked = event.target.checked;
    }
  }
  if (event.target.matches(`${ALL_BOX}, ${ROW_BOXES}`)) {
    showChoice();
  }
});

// A reset changes the boxes after its event.
document.addEventListener("reset", () => setTimeout(showChoice));

// The browser may bring back what was ticked before, when the user returns to the page.
window.addEventListener("pageshow", showChoice);

function showChoice() {
  const boxes = [...document.querySelectorAll(ROW_BOXES)];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = document.querySelector(ALL_BOX);
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const words of document.querySelectorAll("[data-chosen]")) {
    words.textContent = words.dataset.chosen.replace("{count}", chosen);
  }
}

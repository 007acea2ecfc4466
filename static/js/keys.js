// Keys of the cabinet. They are found by their place on the keyboard, so that they work in every
// layout, and never while something is typed.
"use strict";

const ROW_LINKS = "[data-row]";
const TYPED_INTO = "input:not([type=checkbox]), textarea, select, [contenteditable]";

const actions = {
  KeyJ: () => moveBy(1),
  KeyK: () => moveBy(-1),
  KeyP: openPaper,
  KeyX: tickRow,
  Slash: focusSearch,
  "Shift+Slash": showHelp,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPED_INTO)) {
    return;
  }
  const key = event.shiftKey ? `Shift+${event.code}` : event.code;
  const action = actions[key];
  if (action && action()) {
    event.preventDefault();
  }
});

// Focus the link of the row before or after the one that has the focus. Enter opens it.
function moveBy(step) {
  const links = [...document.querySelectorAll(ROW_LINKS)];
  if (links.length === 0) {
    return false;
  }
  const row = document.activeElement.closest("tr");
  const here = links.findIndex((link) => row && row.contains(link));
  const next = here === -1 ? 0 : here + step;
  const place = Math.min(Math.max(next, 0), links.length - 1);
  links[place].focus();
  return true;
}

// Open what the row prints, or what the page prints.
function openPaper() {
  const row = document.activeElement.closest("tr");
  const ofRow = row && row.querySelector("[data-paper]");
  const paper = ofRow || document.querySelector("[data-paper]:not(tr *)");
  if (!paper) {
    return false;
  }
  paper.click();
  return true;
}

// Tick the row, or take the tick away.
function tickRow() {
  const row = document.activeElement.closest("tr");
  const box = row && row.querySelector("input[type=checkbox]");
  if (!box) {
    return false;
  }
  box.click();
  return true;
}

function focusSearch() {
  const field = document.querySelector("input[type=search]");
  if (!field) {
    return false;
  }
  field.focus();
  field.select();
  return true;
}

function showHelp() {
  const help = document.getElementById("keys-help");
  if (!help) {
    return false;
  }
  if (!help.open) {
    help.showModal();
  }
  return true;
}

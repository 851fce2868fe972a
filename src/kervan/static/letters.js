/* Writing letters: a field of the list is put where one last wrote. Without this file it can be copied by hand. */
"use strict";

let place = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea, input[name^='subject']")) place = event.target;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const target = place ?? button.form?.querySelector("textarea");
  if (!target) return;
  target.setRangeText(button.dataset.insert, target.selectionStart, target.selectionEnd, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
  target.focus();
});

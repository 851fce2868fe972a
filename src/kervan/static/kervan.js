/* Comforts on top of pages that work without this file. Listens on the document, so it also serves what htmx swaps in. */
"use strict";

/* Dialogs: <details class="dialog"> opens in place; here its panel is lifted over the page and put back on closing. */
document.addEventListener("click", (event) => {
  const summary = event.target.closest(".dialog > summary");
  if (summary) {
    event.preventDefault();
    openDialog(summary.parentElement);
  }
  const closer = event.target.closest(".close-dialog");
  if (closer) closer.closest("dialog")?.close();
});

function openDialog(details) {
  const panel = details.querySelector(":scope > .dialog-panel");
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", panel.querySelector("h2").id);
  dialog.append(panel);
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => {
    details.append(panel);
    dialog.remove();
    details.querySelector("summary").focus();
  });
  dialog.showModal();
}

/* Menus close with Escape and when something else is pressed. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement?.closest(".menu[open], .fold[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* Toasts can be put away. They never leave by themselves: who reads slowly loses nothing. */
document.addEventListener("click", (event) => {
  const close = event.target.closest(".toast .close");
  if (close) close.closest(".toast").remove();
});
/* What was done before does not stand beside what the next form answers, where only a part of the page comes anew. */
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.('form[method="post"]:not([data-keep])')) document.getElementById("toasts")?.replaceChildren();
});

/* Lists: choose all rows of the page; say how many are chosen. */
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-choose-all]");
  const form = event.target.closest("form");
  if (!all && !event.target.matches('.tick input[name="uid"]')) return;
  const boxes = [...form.querySelectorAll('.tick input[name="uid"]')];
  if (all) for (const box of boxes) box.checked = all.checked;
  const output = form.querySelector("[data-chosen]");
  if (output) output.textContent = boxes.filter((box) => box.checked).length || "";
});

/* Lists: a chosen filter counts at once. */
document.addEventListener("change", (event) => {
  const filters = event.target.closest("form.filters");
  if (filters && event.target.matches("select")) filters.requestSubmit();
});

/* A form pressed twice is sent once; the server would notice too. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-repeat")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 4000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

/* Leaving a page with typed and unsent words asks first, for forms that wish it. */
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.changed = "yes";
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]:not([data-sent])")) event.preventDefault();
});

/* Forms that are saved as typed: what was typed in the last moment is sent while the page is left, files excepted. */
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (form) form.dataset.unsaved = "yes";
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("form[data-keep]")) event.target.dataset.unsaved = "sending";
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-keep]") || form.dataset.unsaved !== "sending") return;
  if (event.detail.successful) delete form.dataset.unsaved;
  else form.dataset.unsaved = "yes";
});
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-keep][data-unsaved]:not([data-sent])")) {
    const body = new FormData(form);
    for (const field of form.querySelectorAll('input[type="file"]')) body.delete(field.name);
    fetch(form.getAttribute("action"), { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } });
    delete form.dataset.unsaved;
  }
});

/* Keys: / search, g and a letter go to a line of the menu, j k the rows of a list, x choose, ? their list. They never
   listen while something is typed or a dialog is open, and can be switched off for this browser. */
const keysSwitch = document.querySelector("[data-keys-switch]");
const keysAreOff = () => {
  try { return localStorage.getItem("kervan-keys") === "off"; } catch { return false; }
};
const menuKeys = new Map();
let goesUntil = 0;

if (keysSwitch) {
  for (const link of document.querySelectorAll(".side > nav a[data-key]")) menuKeys.set(link.dataset.key, link);
  const shown = document.querySelector("[data-keys-menu]");
  for (const [letter, link] of menuKeys) {
    const [key, place] = [document.createElement("dt"), document.createElement("dd")];
    for (const sign of ["g", letter]) {
      const cap = document.createElement("kbd");
      cap.textContent = sign;
      key.append(cap, " ");
    }
    place.textContent = link.textContent.trim();
    shown.append(key, place);
  }
  keysSwitch.checked = !keysAreOff();
  keysSwitch.addEventListener("change", () => {
    if (keysSwitch.checked) localStorage.removeItem("kervan-keys");
    else localStorage.setItem("kervan-keys", "off");
  });
}

function isTyping(element) {
  if (element.isContentEditable || element.matches("textarea, select")) return true;
  return element.matches("input") && !["checkbox", "radio", "button", "submit"].includes(element.type);
}

function toRow(step) {
  const rows = [...document.querySelectorAll(".list tbody tr:not(.notes)")];
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement?.closest(".list tbody tr"));
  const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
  const link = row.querySelector("th a, td:not(.tick) a");
  if (!link) row.tabIndex = -1;
  (link || row).focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

const keyActions = {
  "/": () => {
    const field = document.querySelector("main .filters input[type=search]") || document.querySelector(".top input[type=search]");
    field?.focus();
    field?.select();
    return Boolean(field);
  },
  "?": () => { openDialog(keysSwitch.closest(".dialog")); return true; },
  g: () => { goesUntil = Date.now() + 1500; return true; },
  j: () => toRow(1),
  k: () => toRow(-1),
  x: () => {
    const box = document.activeElement?.closest(".list tbody tr")?.querySelector(".tick input");
    box?.click();
    return Boolean(box);
  },
};

document.addEventListener("keydown", (event) => {
  if (!keysSwitch || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (keysAreOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : "";
  const place = Date.now() < goesUntil && menuKeys.get(key);
  goesUntil = 0;
  if (place) {
    event.preventDefault();
    location.assign(place.href);
  } else if (keyActions[key]?.()) event.preventDefault();
});

/* After a refused form the list of problems is read first. */
document.querySelector(".errors")?.focus();

// Small help for those who have scripts; every page works without.
"use strict";

(() => {
  // A form that came back with mistakes: begin at the summary, so that a screen reader says it first.
  function showMistakes(root) {
    const summary = root.querySelector("[data-mistakes]");
    if (summary) summary.focus();
  }

  // The person's menu closes on Escape, and when something else is chosen.
  function closeMenus(event) {
    const pressed = event.type === "keydown";
    if (pressed && event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!pressed && menu.contains(event.target)) continue;
      menu.open = false;
      if (pressed) menu.querySelector("summary").focus();
    }
  }

  // Shortcuts: one key each, never while writing; a person may turn them off (WCAG 2.1.4).
  const off = () => localStorage.getItem("shortcuts") === "off";

  function writing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function shortcut(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    const help = document.getElementById("shortcuts");
    if (!help || help.open) return;
    if (event.key === "?") {
      event.preventDefault();
      help.showModal();
    } else if (!off()) {
      const link = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (link) link.click();
    }
  }

  function prepareHelp() {
    const box = document.getElementById("shortcuts-on");
    if (!box) return;
    box.checked = !off();
    box.addEventListener("change", () => localStorage.setItem("shortcuts", box.checked ? "on" : "off"));
  }

  // Logged in again in another tab: the forms of this page take the new key, so that what stands in them can be sent.
  function takeKey(event) {
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = event.detail.key;
    document.body.setAttribute("data-hx-headers", JSON.stringify({ "x-csrftoken": event.detail.key }));
  }

  // What was said of a press that was not saved is over once one is.
  function sayNoMore(event) {
    if (event.detail.successful) document.querySelector("[data-stay]")?.remove();
  }

  document.addEventListener("DOMContentLoaded", () => {
    showMistakes(document);
    prepareHelp();
    for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
  });
  document.addEventListener("htmx:afterSwap", (event) => showMistakes(event.target));
  document.addEventListener("newKey", takeKey);
  document.addEventListener("htmx:afterRequest", sayNoMore);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("keydown", shortcut);
})();

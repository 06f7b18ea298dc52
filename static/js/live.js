// Help for whoever writes at a meeting: Ctrl+S or ⌘+S saves, Alt+N saves and goes on, and leaving asks about what is
// not saved. The page works without.
"use strict";

(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  let leaving = false;

  const typed = () => new URLSearchParams(new FormData(desk)).toString();
  const before = typed();

  function press(event, id) {
    const button = document.getElementById(id);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") press(event, "save");
    if (event.altKey && !event.ctrlKey && event.code === "KeyN") press(event, "next");
  });
  desk.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && typed() !== before) event.preventDefault();
  });
})();

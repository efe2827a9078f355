// What the terminal in the page leaves out: keys go to the wizard from the first moment, without a click, and to
// the way back when it is closed; and Alt with an arrow comes as what it is.
"use strict";

const LAST_BYTE = { ArrowUp: "A", ArrowDown: "B", ArrowRight: "C", ArrowLeft: "D" };

function keyboard() {
  return document.querySelector(".xterm-helper-textarea");
}

window.addEventListener("load", () => {
  const state = document.body.classList;
  let begun = false;
  const look = () => {
    if (state.contains("-closed")) {
      document.getElementById("again").focus();
      watching.disconnect();
    } else if (state.contains("-first-byte") && !begun) {
      begun = true;
      keyboard().focus();
    }
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  look();
});

// xterm.js makes Ctrl of it, or a letter, as shells on some systems like it; here it goes from step to step.
window.addEventListener(
  "keydown",
  (event) => {
    const others = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!event.altKey || others || !(event.key in LAST_BYTE) || event.target !== keyboard()) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const data = `\x1b[1;3${LAST_BYTE[event.key]}`;
    event.target.dispatchEvent(new InputEvent("input", { data, inputType: "insertText", cancelable: true }));
  },
  true,
);

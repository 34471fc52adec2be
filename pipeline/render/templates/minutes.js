"use strict";
// A click on a mark shows its quote beside it; a second one, or the link in the box, goes to the transcript.
const box = document.getElementById("quote");
const link = box.querySelector("a");
let opener = null;

function show(mark) {
  opener?.removeAttribute("aria-expanded");
  opener = mark;
  mark.setAttribute("aria-expanded", "true");
  box.querySelector(".who").textContent = [mark.dataset.who, mark.textContent].filter(Boolean).join(" ");
  box.querySelector("blockquote").textContent = mark.dataset.quote;
  box.querySelector(".why").textContent = mark.dataset.note ?? "";
  link.href = mark.getAttribute("href");
  mark.after(box);
  box.hidden = false;
  place(mark);
}

function place(mark) {
  const at = mark.getBoundingClientRect();
  const room = document.documentElement.clientWidth - 16;
  const left = Math.min(Math.max(8, at.left - 16), Math.max(8, room - box.offsetWidth));
  const below = at.bottom + 6;
  const fits = below + box.offsetHeight < window.innerHeight || at.top < box.offsetHeight + 6;
  box.style.left = left + window.scrollX + "px";
  box.style.top = (fits ? below : at.top - box.offsetHeight - 6) + window.scrollY + "px";
}

function hide(back) {
  if (!opener) return;
  box.hidden = true;
  document.body.append(box);
  opener.removeAttribute("aria-expanded");
  if (back) opener.focus();
  opener = null;
}

function reveal() {
  const line = /^#u\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (!line) return;
  line.closest("details").open = true;
  line.scrollIntoView({ block: "center" });
  line.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.mark");
  if (mark && mark !== opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    show(mark);
  } else if (event.target.closest("#quote a") || mark) {
    const same = location.hash === (mark ?? link).getAttribute("href");
    hide(false);
    if (same) reveal();
  } else if (!event.target.closest("#quote")) {
    hide(false);
  }
});
document.addEventListener("keydown", (event) => event.key === "Escape" && hide(true));
window.addEventListener("resize", () => opener && place(opener));
window.addEventListener("hashchange", reveal);
reveal();

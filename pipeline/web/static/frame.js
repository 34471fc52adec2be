// What every page does: menus that close, times in the reader's own zone, sentences at the foot of the page.
const toasts = document.getElementById("toast");

/** Shows a sentence for a while; `undo` puts a button beside it. */
export function tell(sentence, undo) {
  const box = document.createElement("p");
  box.textContent = sentence;
  if (undo) {
    const button = document.createElement("button");
    button.textContent = undo.label;
    button.addEventListener("click", () => { box.remove(); undo.run(); });
    box.append(button);
  }
  toasts.append(box);
  setTimeout(() => box.remove(), undo ? 10000 : 6000);
}

/** The phrases that a page gives its scripts, in the language of the page. */
export function phrases() {
  return JSON.parse(document.getElementById("phrases")?.textContent || "{}");
}

/** Asks the API; resolves to its answer, and rejects with the sentence of its failure. */
export async function ask(method, path, body) {
  const answer = await fetch(`/api/v1${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
  if (answer.ok) return told;
  const failure = new Error(told?.title || `${answer.status}`);
  failure.status = answer.status;
  failure.told = told;
  throw failure;
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
for (const time of document.querySelectorAll("time[data-local]"))
  time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

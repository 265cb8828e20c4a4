// Live updates, keyboard and copying; the page reads well without any of it.
"use strict";

(() => {
  const live = () => document.getElementById("live");
  document.documentElement.classList.add("js");

  // News: fetch the living part again, one request at a time.
  let busy = false;
  let again = false;

  async function refresh() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      await htmx.ajax("GET", location.pathname + location.search, { target: "#live", swap: "outerMorph" });
    } finally {
      busy = false;
      if (again) {
        again = false;
        refresh();
      }
    }
  }

  function listen() {
    const source = new EventSource("/events?since=" + encodeURIComponent(live().dataset.version));
    source.addEventListener("news", refresh);
    source.addEventListener("open", () => document.body.classList.add("connected"));
    source.addEventListener("error", () => document.body.classList.remove("connected"));
  }

  // The clock goes on between two pieces of news.
  let shown = null;

  function tick() {
    const clock = document.getElementById("clock");
    if (!clock) return;
    const { now, speed, offset } = clock.dataset;
    if (!shown || shown.now !== now || shown.speed !== speed) {
      shown = { now, speed, at: performance.now() };
    }
    const seconds = Number(now) + ((performance.now() - shown.at) / 1000) * Number(speed);
    const text = new Date((seconds + Number(offset)) * 1000).toISOString().slice(11, 19);
    if (clock.textContent !== text) clock.textContent = text;
  }

  // Copying.
  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.textContent;
    button.textContent = "✓ " + button.dataset.done;
    document.getElementById("spoken").textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = label;
    }, 1200);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
  });

  // Keyboard.
  function step(by) {
    const cards = [...document.querySelectorAll("a.card")];
    const here = cards.findIndex((card) => card.getAttribute("aria-current"));
    const next = cards[Math.min(Math.max(here + by, 0), cards.length - 1)];
    if (next) {
      next.scrollIntoView({ block: "nearest" });
      next.click();
    }
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.getElementById("q").focus(),
    c: () => document.getElementById("copy-code")?.click(),
    "?": () => document.getElementById("keys").showModal(),
    Escape: () => document.querySelector(".opened a.to-list")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog[open]");
    if (typing && event.key === "Escape" && typing.tagName === "INPUT") typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  // Search as one types.
  let typed;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "q") return;
    clearTimeout(typed);
    typed = setTimeout(() => event.target.form.requestSubmit(), 180);
  });

  listen();
  setInterval(tick, 100);
})();

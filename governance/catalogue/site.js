"use strict";
// Works from file:// and without any server; without JavaScript every dataset and both languages are shown.
const root = document.documentElement;
const remember = (value) => { try { localStorage.setItem("language", value); } catch { /* not allowed from some files */ } };
const remembered = () => { try { return localStorage.getItem("language"); } catch { return null; } };
function speak(language) {
  root.dataset.language = language;
  root.lang = language === "zh" ? "zh" : "en";
  for (const b of document.querySelectorAll(".languages button")) b.setAttribute("aria-pressed", b.dataset.language === language);
}
const asked = new URLSearchParams(location.search).get("language");
speak(["both", "en", "zh"].includes(asked) ? asked : remembered() ?? "both");
for (const b of document.querySelectorAll(".languages button")) b.addEventListener("click", () => { remember(b.dataset.language); speak(b.dataset.language); });

const search = document.getElementById("search");
if (search) {
  const entries = [...document.querySelectorAll(".entry")];
  const filters = [...document.querySelectorAll(".filter")];
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const e of entries) {
      const fits = filters.every((f) => {
        const chosen = [...f.querySelectorAll("[aria-pressed=true]")].map((c) => c.value);
        return !chosen.length || chosen.some((c) => e.dataset[f.dataset.by].split(" ").includes(c));
      });
      e.hidden = !(fits && words.every((w) => e.dataset.text.includes(w)));
      found += !e.hidden;
    }
    document.getElementById("found").textContent = found;
  };
  search.addEventListener("input", show);
  for (const chip of document.querySelectorAll(".chip")) chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") !== "true");
    show();
  });
  if (new URLSearchParams(location.search).get("q")) { search.value = new URLSearchParams(location.search).get("q"); show(); }
}

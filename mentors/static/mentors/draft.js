// Keeps what is typed into a form with data-draft on this device, until it has been sent: a lost network loses nothing.
(() => {
  const sent = sessionStorage.getItem("draft-sent");
  if (sent && !document.querySelector("form[data-draft] .error")) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem("draft-sent");
  }
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = `draft:${location.pathname}:${form.dataset.draft}`;
  const skipped = new Set(["csrfmiddlewaretoken", "form_key"]);
  const note = form.querySelector("[data-draft-note]");
  const fields = () => [...form.elements].filter((field) => field.name && !skipped.has(field.name));
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";
  const keep = () => {
    const kept = fields().map((field) => [field.name, field.value, isBox(field) ? field.checked : true]);
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), kept }));
    if (note) note.hidden = false;
  };
  const restore = () => {
    const stored = JSON.parse(localStorage.getItem(key) || "null");
    if (!stored || Date.now() - stored.at > 14 * 86400000) return;
    for (const [name, value, checked] of stored.kept) {
      for (const field of fields().filter((one) => one.name === name)) {
        if (!isBox(field)) field.value = value;
        else if (field.value === value) field.checked = checked;
      }
    }
    if (note) note.hidden = false;
  };
  if (!form.querySelector(".error")) restore();
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    keep();
    if (!navigator.onLine) {
      event.preventDefault();
      if (note) note.scrollIntoView({ block: "center" });
      addEventListener("online", () => form.requestSubmit(), { once: true });
      return;
    }
    sessionStorage.setItem("draft-sent", key);
  });
})();

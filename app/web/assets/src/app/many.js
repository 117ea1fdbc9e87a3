// Several rows at once: what is ticked is counted, and only rows of one sort can be decided together.
export function startMany(root) {
  const form = root.querySelector("form[data-many]");
  if (!form) return;
  const ticks = [...document.querySelectorAll("input[data-pick]")];
  const fold = form.querySelector("details");
  const show = () => {
    const chosen = ticks.filter((one) => one.checked);
    const sorts = new Set(chosen.map((one) => one.dataset.pick));
    const [sort] = sorts;
    const alone = sorts.size === 1 && sort !== "";
    form.querySelector("[data-many-count]").textContent = chosen.length || "";
    form.querySelector("[data-many-mixed]").hidden = !chosen.length || alone;
    for (const field of form.querySelectorAll("[data-many-for]")) {
      field.disabled = chosen.length > 0 && !(alone && field.dataset.manyFor === sort.split(" ")[0]);
    }
    fold.open = chosen.length > 0;
    form.classList.toggle("some", chosen.length > 0);
    document.querySelector(".matter.here")?.scrollIntoView({ block: "nearest" });
  };
  for (const one of ticks) one.addEventListener("change", show);
  if (ticks.some((one) => one.checked)) show();
}

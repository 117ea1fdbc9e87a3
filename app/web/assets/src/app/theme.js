// The choice is applied before the first paint by the inline script of the base page; here it can be changed.
const KEY = "holdfast.theme";

export function startTheme() {
  const buttons = document.querySelectorAll("[data-set-theme]");
  const show = () => {
    const now = document.documentElement.dataset.theme ?? "system";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.setTheme === now));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const wanted = button.dataset.setTheme;
      try {
        if (wanted === "system") localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, wanted);
      } catch {
        // No storage: the choice holds for this page.
      }
      if (wanted === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = wanted;
      show();
    });
  }
  show();
}

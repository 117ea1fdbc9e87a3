// The one-time token stands in the address's fragment, which browsers send to nobody; it is posted from here.
const form = document.querySelector("form[data-welcome]");

function take() {
  const token = decodeURIComponent(location.hash.slice(1));
  if (!form || !token) return;
  form.elements.namedItem("link").value = token;
  form.querySelector("[data-token-field]").hidden = true;
  history.replaceState(null, "", location.pathname);
  if (document.activeElement === document.body) form.elements.namedItem("password")?.focus();
}

take();
addEventListener("hashchange", take);

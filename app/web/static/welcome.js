/* Holdfast bundle; sources and pinned versions in app/web/assets. Contains third-party code, see licenses.txt. */
(()=>{var e=document.querySelector("form[data-welcome]"),t=decodeURIComponent(location.hash.slice(1));e&&t&&(e.elements.namedItem("link").value=t,e.querySelector("[data-token-field]").hidden=!0,history.replaceState(null,"",location.pathname));})();

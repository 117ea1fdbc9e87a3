// Starts Swagger UI on the page of the HTTP API, from vendored files only.
const host = document.querySelector("[data-openapi]");
window.SwaggerUIBundle({
  url: host.dataset.openapi,
  domNode: host,
  deepLinking: true,
  presets: [window.SwaggerUIBundle.presets.apis],
  persistAuthorization: false,
  validatorUrl: null,
});

/* Holdfast bundle; sources and pinned versions in app/web/assets. Contains third-party code, see licenses.txt. */
(()=>{var e=document.querySelector("[data-openapi]");window.SwaggerUIBundle({url:e.dataset.openapi,domNode:e,deepLinking:!0,presets:[window.SwaggerUIBundle.presets.apis],persistAuthorization:!1,validatorUrl:null});})();

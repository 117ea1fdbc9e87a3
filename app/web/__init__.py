"""The pages: views, templates, and the routes that bring them together. The API knows nothing of them."""

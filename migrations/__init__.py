"""The schema's history, one module per step in `versions/`. `app.db.schema.upgrade` runs it."""

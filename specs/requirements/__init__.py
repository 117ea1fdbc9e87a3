"""Requirements as addressable statementsin any dialect: values, spans, editing, keeping keys."""

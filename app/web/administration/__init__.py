"""Pages of administration: of a project, of the installation, of the reader's own account."""

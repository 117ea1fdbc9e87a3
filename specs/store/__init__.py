"""The only modules of this package that run SQL: one method per question, core values in and out."""

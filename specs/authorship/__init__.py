"""Authorship: which revision brought each word of a spec, and which words no person has said yet. Pure throughout."""

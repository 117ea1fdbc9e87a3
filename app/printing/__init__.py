"""Prints specs as PDF: Markdown becomes typeset pages in a child process with limits."""

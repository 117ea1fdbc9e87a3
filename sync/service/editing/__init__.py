"""Use cases of the editor: help while somebody writes, and who else is at a spec."""

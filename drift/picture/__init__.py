"""The code of a commit as an architect looks at it: who imports whom, package by package, and what specs say of it."""

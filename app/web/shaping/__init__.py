"""Shapes of what pages show, out of what services answer: texts in pieces, differences, pictures, filters. Pure."""

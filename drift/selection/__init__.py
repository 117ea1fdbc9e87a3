"""How a spec names code, and what of a tree it means: selectors, symbols, public surfaces."""

"""Use cases of gates: what checks of others come to, decided, signed, told to hosts."""

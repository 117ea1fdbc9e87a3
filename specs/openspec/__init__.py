"""OpenSpec's own rules: blocks of a spec, deltas of a change, applying them, and what open changes share."""

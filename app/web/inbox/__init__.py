"""Pages of what waits for the reader."""

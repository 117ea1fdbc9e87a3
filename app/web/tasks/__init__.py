"""Pages of tasks, and of the context that agents get for them."""

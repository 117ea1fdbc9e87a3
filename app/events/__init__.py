"""Events on their way to whoever waits for them."""

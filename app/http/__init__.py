"""What every request passes, whatever it asks for: the outermost layer, who asks, keys that make it happen once."""

"""What the languages share or keep to themselves: no file here is a language, so none is registered."""

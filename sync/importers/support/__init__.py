"""What importers share: how peers read Python, the parsing of configuration files."""

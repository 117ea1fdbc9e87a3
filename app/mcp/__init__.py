"""The Model Context Protocol: the same specs, proposals and checks for agents, as tools and resources.

`tools` says what can be asked, `served` and `local` answer it (from a server, from a repository), `protocol` is the one
door to the SDK, `mount` puts it under `/mcp` of the server. Nothing here decides: the API does, for the caller's token.
"""

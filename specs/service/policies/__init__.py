"""Use cases of policies: asked before something lands, rehearsed, explained."""

"""Use cases of the library: how texts come in, and how they are read, now and as they were."""

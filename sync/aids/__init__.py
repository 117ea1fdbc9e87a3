"""What helps someone who writes a spec: names that code and specs have, what is wrong, what an invariant would find.

Pure: what is known of code and library comes in as values. `sync.service.editing.aiding` brings it.
"""

"""The code side: languages, index, invariant kinds, findings. Knows specs, nothing above."""

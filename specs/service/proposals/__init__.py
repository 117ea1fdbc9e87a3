"""Use cases of proposals: opened, reviewed, judged, brought onto today's specs, made the truth."""

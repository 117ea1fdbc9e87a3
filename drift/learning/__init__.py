"""Finds what a code base keeps to without anyone having said so: candidates, what each forbids, the best of them."""

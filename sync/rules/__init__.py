"""Specs as the rule files that clients of coding agents read by themselves, without any hook."""

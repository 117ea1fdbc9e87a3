"""The weekly letter as one model, made of values alone. Pure.

Every format is rendered from the one value, so that all of them give the same numbers.
"""

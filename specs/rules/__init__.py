"""Policies as they are written: the facts they speak of, what they may rule, how a block is read and checked."""

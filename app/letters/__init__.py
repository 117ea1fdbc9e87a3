"""The weekly letter in the forms people and machines read it, each from one outline of the one model.

`outline` says what stands where; `markdown`, `html`, `slack` and `app.printing.letter` only mark it up.
"""

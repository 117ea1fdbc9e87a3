"""What must not slip into a text unseen: hidden characters and comments, secrets, excess, links that lead nowhere.

Pure: texts in, places and problems out. What is refused, told or taken out is decided here, once, for every door.
"""

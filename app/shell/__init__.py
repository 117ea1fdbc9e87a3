"""What commands share once their words are understood: checking, showing, ending. Loads no parser of words."""

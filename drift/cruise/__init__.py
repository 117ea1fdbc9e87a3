"""dependency-cruiser's rules, held against a tree as that tool does: files, facts and options in, violations out."""

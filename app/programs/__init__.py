"""What runs in processes of its own: children under limits, and the programs that they are."""

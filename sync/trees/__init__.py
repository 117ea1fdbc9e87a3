"""Trees of files, read: which there are, which configuration holds, what their code is. With git or without."""

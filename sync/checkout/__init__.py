"""A folder of files that is kept the same as the specs of a project on a server, both ways."""

"""The intent side: documents, revisions, history, access. Imports no other package of the house."""

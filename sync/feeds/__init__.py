"""What happens in a project as a feed of events, read off its audit log: values, cursors, filters, signatures. Pure."""

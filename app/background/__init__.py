"""Work that goes on behind the pages: jobs, the workers that do them, runs that people watch."""

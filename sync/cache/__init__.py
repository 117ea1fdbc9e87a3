"""What checks keep on disk: facts by blob id, graphs, verdicts. Anything here may be missing or forged."""

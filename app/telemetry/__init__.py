"""What the server tells of its own work: logs, metrics, traces."""

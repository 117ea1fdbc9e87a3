"""What people do to `holdfast.lock`: freeze, waive, confirm."""

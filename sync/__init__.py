"""What enters and leaves: git, configuration, local checks, context, reports. Knows drift and specs."""

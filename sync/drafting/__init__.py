"""First specs for a repository that has none: what its code keeps to today, written down."""

"""Where a version in the model registry came from, and where it is deployed."""

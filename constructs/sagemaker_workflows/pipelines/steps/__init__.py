"""Steps: one module per step type."""

"""Task states: one module per action."""

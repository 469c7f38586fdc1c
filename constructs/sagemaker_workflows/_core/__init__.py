"""The base of every construct: checked arguments, errors, variables."""

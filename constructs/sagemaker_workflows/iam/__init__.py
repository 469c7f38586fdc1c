"""Execution roles, and the statements that the roles of state machines and pipelines need."""

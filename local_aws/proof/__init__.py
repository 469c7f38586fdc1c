"""Least privilege, proven: every permission of a stack is taken away once, and the run without it must be refused."""

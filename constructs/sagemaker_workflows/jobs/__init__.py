"""Jobs, each declared once: its arguments, its request, and what it touches, for task states and pipeline steps."""

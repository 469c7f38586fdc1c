"""State machines: the construct, retries, and a task state for each SageMaker action."""

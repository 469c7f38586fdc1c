"""Examples of every step type of SageMaker Pipelines: one module per pipeline, and what they share."""

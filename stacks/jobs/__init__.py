"""The documented examples of the SageMaker integration: one module per state machine, and what they share."""

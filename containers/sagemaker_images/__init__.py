"""Programs that stand in for SageMaker's own images and keep their contract with ``/opt/ml``."""

"""What moto 5.2.5 does otherwise than SageMaker; one module per difference."""

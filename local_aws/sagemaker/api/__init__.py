"""Where moto asks for SageMaker: its response classes and its backend, in whose place stand ours."""

"""From a CDK app to the end of an execution."""

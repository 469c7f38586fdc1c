"""Configurations of the analyses of SageMaker Clarify."""

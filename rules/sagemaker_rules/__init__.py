"""What AWS accepts: rules on requests, definitions and documents, as pure functions."""

__version__ = "0.2.0"

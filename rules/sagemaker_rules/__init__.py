"""What AWS accepts: rules on requests, definitions and documents, as pure functions."""

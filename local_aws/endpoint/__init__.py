"""The endpoint: server, gateway, and the bootstrap of accounts."""

"""The model hand-over between accounts, one stack per account."""

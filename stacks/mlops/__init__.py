"""The model promotion between accounts, one stack per account."""

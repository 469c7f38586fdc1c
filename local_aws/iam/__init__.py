"""IAM as AWS applies it: role sessions, policy evaluation, and its enforcement on every call to the endpoint."""

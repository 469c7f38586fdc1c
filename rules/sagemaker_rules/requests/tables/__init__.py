"""The rules on requests, one table for each kind of resource: id, what it says, source, example."""

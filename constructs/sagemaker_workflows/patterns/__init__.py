"""Steps of a workflow: one or two task states together with the execution role that they need."""

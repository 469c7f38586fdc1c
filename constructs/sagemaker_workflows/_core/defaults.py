"""Defaults that more than one construct has."""

from __future__ import annotations

#: Instance type of every job. The published samples say ml.m4.xlarge, a generation that newer regions do not have.
INSTANCE_TYPE = "ml.m5.xlarge"

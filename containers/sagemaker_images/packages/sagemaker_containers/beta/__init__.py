"""Holds ``framework``."""

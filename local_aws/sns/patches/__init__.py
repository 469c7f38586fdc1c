"""Corrections of moto, one file each."""

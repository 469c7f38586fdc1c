"""Settings, patching and errors: what every part of the local AWS stands on."""

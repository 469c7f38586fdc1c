"""What every construct stands on: checked arguments."""

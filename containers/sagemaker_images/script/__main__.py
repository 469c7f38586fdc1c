"""The commands of the images in script mode: ``python -m sagemaker_images.script train | serve <framework>``."""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    """Runs one command; returns its exit status, 2 for an unknown command."""
    # Each command imports only what it needs: a model server is up sooner.
    match arguments:
        case ["train"]:
            from sagemaker_images.script.train import main as train

            return train()
        case ["serve", ("sklearn" | "xgboost") as framework]:
            from sagemaker_images.script.serve import main as serve

            return serve(framework)
    print(f"unknown command {' '.join(arguments)!r}: write 'train' or 'serve sklearn|xgboost'", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

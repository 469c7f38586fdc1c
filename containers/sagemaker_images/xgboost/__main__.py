"""The two commands of the image: ``python -m sagemaker_images.xgboost train|serve``."""

from __future__ import annotations

import sys

from sagemaker_images.xgboost.imports import without_scikit_learn


def main(arguments: list[str]) -> int:
    """Runs one command; returns its exit status, 2 for an unknown command."""
    # Each command imports only what it needs: a model server is up sooner.
    match arguments:
        case ["train"]:
            from sagemaker_images.xgboost.train import main as train

            return train()
        case ["serve"]:
            with without_scikit_learn():
                from sagemaker_images.xgboost.serve import main as serve

            return serve()
    print(f"unknown command {' '.join(arguments)!r}: write 'train' or 'serve'", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The names of the scikit-learn image's own package that scripts of AWS's samples use.

https://github.com/aws/sagemaker-scikit-learn-container
"""

from __future__ import annotations

import sys
from pathlib import Path

# A script does not see the local AWS's own package: its folder is looked into for this import only.
_ROOT = str(Path(__file__).parents[3])
sys.path.insert(0, _ROOT)
from sagemaker_images.script.missing import refuse_others  # noqa: E402

sys.path.remove(_ROOT)

__getattr__ = refuse_others(__name__)

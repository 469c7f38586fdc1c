"""``python <this file> <descriptor of the control socket> <module>...``; started by the local AWS."""

from __future__ import annotations

import os
import sys

# Before anything else is imported: what every fresh interpreter has.
_MODULES = frozenset(sys.modules)
_PATH = tuple(sys.path[1:])

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from sagemaker_images.prepared.interpreter import Interpreter
    from sagemaker_images.prepared.server import serve

    program = serve(Interpreter(_MODULES, _PATH), control=int(sys.argv[1]), wanted=sys.argv[2:])
    # Only in the process of a program; an exception of it, SystemExit too, ends the process as it always does.
    program()

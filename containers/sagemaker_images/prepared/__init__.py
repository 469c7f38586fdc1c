"""A Python that has imported what jobs need, and becomes the program of each job in a process of its own.

The import of XGBoost, scikit-learn, pandas and PyArrow costs seconds of CPU; a fork of a process that has done it costs
milliseconds. A program gets to see what a fresh interpreter would give it: environment, arguments, ``sys.path``,
``__main__``, random numbers, file descriptors. Where that cannot be promised, it gets a fresh interpreter
(:mod:`sagemaker_images.prepared.likeness` says where).

Nothing runs before the fork but imports: no job sees anything of another one.
"""

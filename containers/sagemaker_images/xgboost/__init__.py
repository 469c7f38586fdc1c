"""The built-in XGBoost algorithm as its image runs it in algorithm mode: ``train`` and ``serve``.

Hyperparameters, data formats, log lines, model file and HTTP answers are those of the image of version 3.
https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html
"""

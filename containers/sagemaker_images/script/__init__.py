"""Script mode of the managed scikit-learn and XGBoost images: the user's program trains, and may serve.

Download of the code, arguments, ``SM_*`` variables, failure texts and inference functions are those of AWS's toolkits.
https://docs.aws.amazon.com/sagemaker/latest/dg/amazon-sagemaker-toolkits.html
"""

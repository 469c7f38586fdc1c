"""Pre-training bias metrics as the image ``sagemaker-clarify-processing`` computes them.

What needs a model (post-training bias, feature attributions) needs a shadow endpoint and is refused by name.
https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-data-bias.html
"""

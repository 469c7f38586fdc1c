"""Resource types of CloudFormation that moto lacks, or whose properties it drops.

Each is a class derived from :class:`local_aws.cloudformation.resources.base.LocalResource`.
"""

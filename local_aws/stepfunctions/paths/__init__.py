"""JSONPath as Step Functions reads it, which is that of the library Jayway JsonPath.

https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
The rules are those of https://github.com/json-path/JsonPath; what it answers to some hundred paths is recorded at
https://github.com/cburgmer/json-path-comparison.
"""

from local_aws.stepfunctions.paths.errors import InvalidPathError, PathNotFoundError
from local_aws.stepfunctions.paths.path import JsonPath
from local_aws.stepfunctions.paths.reference import write

__all__ = ["InvalidPathError", "JsonPath", "PathNotFoundError", "write"]

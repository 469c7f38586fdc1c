"""moto's map of the parameters, conditions and resources of a template, with its mistakes mended.

moto 5.2.5 creates a resource when somebody first looks at it: DescribeStacks and even ListExports can deploy. Here the
engine creates resources, and puts them in; until then there is nothing to see. moto ignores the Rules section, of which
the CDK's rule about the version of the bootstrap stack is one; it has ``aws`` and ``amazonaws.com`` for AWS::Partition
and AWS::URLSuffix in every region; an SSM parameter that is not there ends in a server error.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnsupportedAttribute, ValidationError
from moto.ssm.models import ssm_backends
from moto.utilities.utils import get_partition

from local_aws.base.errors import LocalAwsError
from local_aws.cloudformation import rules, supported, template
from local_aws.cloudformation.resources import registry


class ResourceMap(parsing.ResourceMap):
    """What expressions of a template may refer to; ``load`` checks the template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partition = get_partition(self._region_name)
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        self._parsed_resources.update({"AWS::Partition": partition, "AWS::URLSuffix": suffix})

    @property
    def stack_name(self) -> str:
        """Name of the stack."""
        return str(self._parsed_resources["AWS::StackName"])

    @property
    def template(self) -> dict[str, Any]:
        """The template."""
        return self._template

    @property
    def sources(self) -> Mapping[str, dict[str, Any]]:
        """The resources of the template, by logical id."""
        return self._resource_json_map

    def wants(self, logical_id: str) -> bool:
        """Whether the resource is in the template, and its condition holds."""
        if logical_id not in self.sources:
            return False
        condition = self.sources[logical_id].get("Condition")
        return condition is None or bool(self.lazy_condition_map[condition])

    def put(self, logical_id: str, resource: Any) -> None:
        """Makes the resource one that expressions find; None for one that is not wanted."""
        self._parsed_resources[logical_id] = resource

    def __getitem__(self, key: str) -> Any:
        if key not in self._parsed_resources:
            raise ValidationError(message=f"Unresolved resource dependencies [{key}]")
        return self._parsed_resources[key]

    def load(self) -> None:
        """Evaluates parameters, conditions and rules.

        Raises:
            ValidationError: The template, or a parameter, has a mistake that needs no resource to be seen.
        """
        try:
            # The empty template is that of a change set's new stack.
            if self._template:
                template.check(self._template)
                supported.check_types(self._template)
                supported.check_functions(self._template)
            super().load()
            rules.check(self._template.get("Rules", {}), lambda node: parsing.clean_json(node, self))
        except LocalAwsError as error:
            raise ValidationError(message=str(error)) from error

    def parse_ssm_parameter(self, value: str, value_type: str) -> Any:
        """Value of the SSM parameter that a parameter names."""
        parameter = ssm_backends[self._account_id][self._region_name].get_parameter(value)
        if parameter is None:
            message = f"Unable to fetch parameters [{value}] from parameter store for this account."
            raise ValidationError(message=message)
        return parameter.value.split(",") if "List" in value_type else parameter.value

    def validate_outputs(self) -> None:
        """Raises moto's errors for outputs that name a resource or an attribute that will not be there."""
        for output in (self._template.get("Outputs") or {}).values():
            wanted = "Condition" not in output or self.lazy_condition_map[output["Condition"]]
            if not wanted or "Fn::GetAtt" not in output.get("Value", {}):
                continue
            logical_id, attribute = output["Value"]["Fn::GetAtt"][:2]
            if not self.wants(logical_id):
                message = f"Unresolved resource dependencies [{logical_id}] in the Outputs block of the template"
                raise ValidationError(message=message)
            resource_type = self.sources[logical_id]["Type"]
            if not registry.has_attribute(resource_type, attribute):
                raise UnsupportedAttribute(resource=resource_type.rpartition(":")[2], attr=attribute)

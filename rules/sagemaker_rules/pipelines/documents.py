"""Pipeline definitions in documents: a definition's own file, or a CloudFormation template that holds one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_rules.check.documents import UnreadableError, parse_definition
from sagemaker_rules.check.intrinsics import as_text
from sagemaker_rules.check.states import is_token
from sagemaker_rules.pipelines import check_pipeline, is_pipeline
from sagemaker_rules.pipelines.findings import PipelineFinding

_TYPE = "AWS::SageMaker::Pipeline"
_BODY = "PipelineDefinitionBody"


@dataclass(frozen=True)
class PipelineDocument:
    """One pipeline of a file.

    Args:
        label: The file, and behind ``#`` the logical id if the file is a template.
        definition: The definition; ``${...}`` stands where CloudFormation puts in a value.
    """

    label: str
    definition: Any

    def findings(self) -> list[PipelineFinding]:
        """What SageMaker would refuse."""
        return check_pipeline(self.definition, is_token=is_token)


def pipeline_documents(content: Any, label: str) -> Iterator[PipelineDocument]:
    """The pipelines in the content of a file; none where it holds none, or their definitions lie in S3.

    Args:
        content: What the file holds, read from JSON or YAML.
        label: How the file is shown.

    Raises:
        UnreadableError: A definition in a template is no JSON; names the logical id.
    """
    if is_pipeline(content):
        yield PipelineDocument(label, content)
        return
    resources = content.get("Resources") if isinstance(content, Mapping) else None
    for logical_id, resource in resources.items() if isinstance(resources, Mapping) else ():
        body = _body(resource)
        if body is None:
            continue
        try:
            definition = parse_definition(as_text(body))
        except UnreadableError as error:
            raise UnreadableError(f"{logical_id}: {error}") from error
        yield PipelineDocument(f"{label}#{logical_id}", definition)


def _body(resource: Any) -> Any:
    """The definition of a resource, as it stands in the template; None where it has none."""
    if not isinstance(resource, Mapping) or resource.get("Type") != _TYPE:
        return None
    properties = resource.get("Properties")
    definition = properties.get("PipelineDefinition") if isinstance(properties, Mapping) else None
    return definition.get(_BODY) if isinstance(definition, Mapping) else None

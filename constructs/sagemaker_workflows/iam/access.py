"""What a job touches: its execution role needs exactly that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.place import path_of
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.network import JobNetwork


@dataclass(frozen=True)
class JobAccess:
    """What a job reads, writes, pulls and logs, and which keys and network it uses.

    Args:
        names: Names of the jobs that log, as in ``endtoend-train-*``.
        images: Images that are pulled.
        reads: Places to read, by the argument that names them. What is not known at synth is a
            :class:`PipelineVariable`, or text.
        writes: Prefixes to write, likewise.
        checkpoints: Prefixes that are read and written, and listed without the slash at their end.
        network: Subnets and security groups.
        volume_key: Key of the jobs' storage.
        output_key: Key of the outputs, where it is not that of the bucket.
    """

    names: Sequence[str] = ()
    images: Sequence[ContainerImage] = ()
    reads: Mapping[str, Any] = field(default_factory=dict)
    writes: Mapping[str, Any] = field(default_factory=dict)
    checkpoints: Mapping[str, Any] = field(default_factory=dict)
    network: JobNetwork | None = None
    volume_key: kms.IKey | None = None
    output_key: kms.IKey | None = None

    @property
    def read_locations(self) -> list[S3Location]:
        """Places to read that are known at synth."""
        return _known({**self.reads, **self.checkpoints})

    @property
    def written_locations(self) -> list[S3Location]:
        """Prefixes to write that are known at synth."""
        return _known({**self.writes, **self.checkpoints})

    @property
    def checkpoint_locations(self) -> list[S3Location]:
        """Prefixes of checkpoints that are known at synth."""
        return _known(self.checkpoints)

    def unknown(self) -> Iterator[str]:
        """Arguments whose place is known only when the job runs."""
        for argument, place in {**self.reads, **self.writes, **self.checkpoints}.items():
            if place is not None and known_location(place) is None:
                yield argument

    def told(self) -> str:
        """What the role must be allowed, for a message."""
        parts = [f"read {each.key or path_of(each.bucket)!r}" for each in self.read_locations]
        parts += [f"write {each.key or path_of(each.bucket)!r}" for each in self.written_locations]
        parts += ["pull the image"] if self.images else []
        parts += [f"write logs of jobs {', '.join(self.names)}"] if self.names else []
        parts += ["attach network interfaces"] if self.network else []
        parts += ["use the volume's key"] if self.volume_key else []
        parts += ["use the output's key"] if self.output_key else []
        return ", ".join(dict.fromkeys(parts))


def known_location(place: object) -> S3Location | None:
    """The location that ``place`` lies in, as far as it is known at synth."""
    location = place.location if isinstance(place, PipelineVariable) else place
    return location if isinstance(location, S3Location) else None


def _known(places: Mapping[str, Any]) -> list[S3Location]:
    found = (known_location(place) for place in places.values())
    return [each for each in found if each is not None]

"""``DataProcessing`` of a batch transform: what of a record the model gets, and what of both is written.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.record_filters import FilterError, RecordFilter

_CSV: Final = "text/csv"
_DOCUMENT: Final = "application/json"
_LINES: Final = "application/jsonlines"
_FORMATS: Final = (_CSV, _DOCUMENT, _LINES)
_OUTPUT: Final = "SageMakerOutput"
_INPUT: Final = "SageMakerInput"


class DataProcessingError(Exception):
    """A record cannot be filtered or joined."""


@dataclass(frozen=True)
class Record:
    """A record of the input.

    Args:
        raw: As it is in the input.
        body: What the model gets of it.
    """

    raw: bytes
    body: bytes


@dataclass(frozen=True)
class DataProcessing:
    """How the records of a job are filtered and joined.

    Args:
        input_filter: What the model gets.
        output_filter: What is written.
        joins: Whether the input is joined with the predictions.
        content_type: Format of the input.
        accept: Format that the predictions are to have; None: the container says.
    """

    input_filter: RecordFilter
    output_filter: RecordFilter
    joins: bool
    content_type: str
    accept: str | None

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> DataProcessing | None:
        """That of a CreateTransformJob request; None if records stay as they are.

        Raises:
            NotSupportedLocallyError: A filter or a format that the documentation does not have.
        """
        given = request.get("DataProcessing") or {}
        filters = {name: _filter(name, given.get(name) or "$") for name in ("InputFilter", "OutputFilter")}
        joins = given.get("JoinSource", "None") == "Input"
        if not joins and all(each.is_everything for each in filters.values()):
            return None
        source, target = request["TransformInput"], request["TransformOutput"]
        found = cls(
            filters["InputFilter"],
            filters["OutputFilter"],
            joins,
            _format("TransformInput.ContentType", source.get("ContentType")),
            _format("TransformOutput.Accept", target["Accept"]) if target.get("Accept") else None,
        )
        found._check(source.get("SplitType", "None"), target.get("AssembleWith", "None"))
        return found

    def _check(self, split: str, assemble: str) -> None:
        output = self.accept or self.content_type
        for name, path, kind in (
            ("InputFilter", self.input_filter, self.content_type),
            ("OutputFilter", self.output_filter, output),
        ):
            if kind == _CSV and not path.fits_rows:
                _refuse(
                    f"{name} = {path.text} selects by name, and a row of {_CSV} has none: write indices, as in $[1:]"
                )
        if self.joins and (self.content_type == _CSV) != (output == _CSV):
            _refuse(f"JoinSource = Input joins {self.content_type} with {output}: let both be one format")
        if _CSV in (self.content_type, output) and (split, assemble) != ("Line", "Line"):
            _refuse(f"{_CSV} is split and assembled by Line; SplitType is {split}, AssembleWith {assemble}")
        if _LINES in (self.content_type, output) and split != "Line":
            _refuse(f"{_LINES} is split by Line; SplitType is {split}")

    def record(self, raw: bytes) -> Record:
        """A record, and what the model gets of it; DataProcessingError if the filter does not fit it."""
        if self.input_filter.is_everything:
            return Record(raw, raw)
        if self.content_type == _CSV:
            return Record(raw, _written(self._filtered(self.input_filter.row, _cells(raw))))
        return Record(raw, _dumped(self._filtered(self.input_filter.value, _parsed(raw, "the input"))))

    def outputs(self, records: Sequence[Record], answer: bytes, kind: str | None) -> Iterator[bytes]:
        """What is written for the records of a request.

        Args:
            records: The records.
            answer: What the container has answered.
            kind: Content type of the answer.

        Raises:
            DataProcessingError: The answer has another number of records, or a record does not fit.
        """
        if not self.joins and self.output_filter.is_everything:
            yield answer
            return
        is_csv = self._is_csv(kind)
        answers = _answers(answer, len(records), is_csv=is_csv)
        if self.joins and len(answers) != len(records):
            raise DataProcessingError(
                f"the container has answered {len(records)} records with {len(answers)}, which cannot be joined"
            )
        inputs: Iterable[bytes | None] = [each.raw for each in records] if self.joins else [None] * len(answers)
        for raw, predicted in zip(inputs, answers, strict=True):
            yield self._row(raw, predicted) if is_csv else self._document(raw, predicted)

    def _is_csv(self, kind: str | None) -> bool:
        shown = (kind or "").partition(";")[0].strip().lower()
        found = self.accept or (shown if shown in _FORMATS else self.content_type)
        if self.joins and (found == _CSV) != (self.content_type == _CSV):
            raise DataProcessingError(
                f"the container has answered {self.content_type} with {found}, which cannot be joined: "
                "write TransformOutput.Accept"
            )
        return found == _CSV

    def _row(self, raw: bytes | None, predicted: bytes) -> bytes:
        cells = [*(_cells(raw) if raw is not None else []), *_cells(predicted)]
        return _written(self._filtered(self.output_filter.row, cells))

    def _document(self, raw: bytes | None, predicted: bytes) -> bytes:
        output = _parsed(predicted, "the answer of the container")
        if raw is not None:
            given = _parsed(raw, "the input")
            output = {**(given if isinstance(given, dict) else {_INPUT: given}), _OUTPUT: output}
        return _dumped(self._filtered(self.output_filter.value, output))

    @staticmethod
    def _filtered(select: Callable[[Any], Any], record: Any) -> Any:
        try:
            return select(record)
        except FilterError as error:
            raise DataProcessingError(f"a record does not fit the filter: {error}") from None


def _filter(name: str, text: str) -> RecordFilter:
    try:
        return RecordFilter(text)
    except FilterError as error:
        raise NotSupportedLocallyError(f"CreateTransformJob: DataProcessing.{name} = {error}") from None


def _format(field: str, given: str | None) -> str:
    found = (given or "").partition(";")[0].strip().lower()
    if found not in _FORMATS:
        shown = f"{field} = {given}" if given else f"no {field}"
        _refuse(f"with {shown}: write one of {', '.join(_FORMATS)}")
    return found


def _refuse(text: str) -> None:
    raise NotSupportedLocallyError(f"CreateTransformJob: DataProcessing: {text}")


def _answers(answer: bytes, records: int, *, is_csv: bool) -> list[bytes]:
    """The answer, record by record: one document alone may have several lines."""
    if records == 1 and not is_csv:
        return [answer]
    return [line for line in answer.splitlines() if line.strip()]


def _cells(row: bytes) -> list[str]:
    try:
        return next(csv.reader([row.decode("utf-8").rstrip("\r\n")]), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataProcessingError(f"a record is not a row of CSV: {error}") from None


def _written(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue().encode()


def _parsed(text: bytes, what: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DataProcessingError(f"{what} is not JSON: {error}") from None


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

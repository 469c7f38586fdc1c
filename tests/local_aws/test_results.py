from __future__ import annotations

import random
from pathlib import Path

import pytest

from local_aws import LocalAws
from local_aws.app.results import Artifact, download, evaluate
from local_aws.base.errors import LocalAwsError

OUTPUTS = {"Predictions": "s3://b/output/", "TestLabels": "s3://b/labels/test.csv"}


@pytest.fixture
def artifacts(tmp_path: Path) -> list[Artifact]:
    contents = {
        "output/test.csv.out": "0.9\n0.4\n0.6\n0.1\n",
        "output/notes.txt": "none",
        "labels/test.csv": "1\n1\n0\n0\n",
    }
    found = []
    for key, text in contents.items():
        path = tmp_path / key
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        found.append(Artifact(f"s3://b/{key}", path, len(text)))
    return found


@pytest.mark.parametrize("places", [1, 2, 6])
def test_the_area_under_the_curve_is_that_of_scikit_learn(tmp_path: Path, places: int) -> None:
    from sklearn.metrics import accuracy_score, roc_auc_score

    generator = random.Random(places)
    # Few places, many ties.
    scores = [round(generator.random(), places) for _ in range(500)]
    labels = [float(generator.random() < each) for each in scores]
    for name, values in (("output", scores), ("labels", labels)):
        (tmp_path / name).write_text("\n".join(map(str, values)))
    found = [
        Artifact("s3://b/output/test.csv.out", tmp_path / "output", 0),
        Artifact("s3://b/labels/test.csv", tmp_path / "labels", 0),
    ]
    evaluation = evaluate(OUTPUTS, found)
    assert evaluation is not None
    assert evaluation.auc == pytest.approx(roc_auc_score(labels, scores), rel=1e-12)
    assert evaluation.accuracy == accuracy_score(labels, [each >= 0.5 for each in scores])


@pytest.mark.parametrize("text", ["nan", "inf"])
def test_what_cannot_be_put_in_order_has_no_area(artifacts: list[Artifact], tmp_path: Path, text: str) -> None:
    (tmp_path / "output/test.csv.out").write_text(f"0.9\n{text}\n0.6\n0.1\n")
    with pytest.raises(LocalAwsError, match=f"'{text}' is not a number, so there is no AUC"):
        evaluate(OUTPUTS, artifacts)


def test_predictions_are_judged_by_the_labels_of_the_same_rows(artifacts: list[Artifact]) -> None:
    evaluation = evaluate(OUTPUTS, artifacts)
    assert evaluation is not None
    # Pairs (positive, negative) in the right order: 0.9 before both, 0.4 before 0.1 only.
    assert (evaluation.rows, evaluation.auc, evaluation.accuracy) == (4, 0.75, 0.5)


def test_a_stack_without_these_outputs_is_not_judged(artifacts: list[Artifact]) -> None:
    assert evaluate({"Predictions": "s3://b/output/"}, artifacts) is None


def test_labels_of_more_than_two_classes_are_not_judged(artifacts: list[Artifact]) -> None:
    assert artifacts[2].path
    artifacts[2].path.write_text("1\n2\n0\n0\n")
    assert evaluate(OUTPUTS, artifacts) is None


def test_predictions_that_are_missing_are_an_error(artifacts: list[Artifact]) -> None:
    assert artifacts[0].path
    artifacts[0].path.write_text("0.9\n")
    with pytest.raises(LocalAwsError, match=r"has 1 predictions, s3://b/labels/test.csv 4 labels"):
        evaluate(OUTPUTS, artifacts)


def test_each_object_of_a_bucket_is_downloaded(aws: LocalAws, tmp_path: Path) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket="results")
    client.put_object(Bucket="results", Key="a/b.csv", Body=b"1,2")
    client.put_object(Bucket="results", Key="folder/", Body=b"")
    [artifact] = download(aws, ["results"], tmp_path)
    assert (artifact.uri, artifact.size) == ("s3://results/a/b.csv", 3)
    assert artifact.path
    assert artifact.path.read_text() == "1,2"


def test_a_key_that_leads_out_of_the_directory_is_refused(aws: LocalAws, tmp_path: Path) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket="evil")
    client.put_object(Bucket="evil", Key="../../x", Body=b"")
    with pytest.raises(LocalAwsError, match="leads out of"):
        download(aws, ["evil"], tmp_path / "a")


def test_an_object_whose_key_no_file_can_have_is_listed_without_a_copy(aws: LocalAws, tmp_path: Path) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket="nested")
    client.put_object(Bucket="nested", Key="a", Body=b"1")
    client.put_object(Bucket="nested", Key="a/b", Body=b"2")
    assert [(each.uri, each.path) for each in download(aws, ["nested"], tmp_path)] == [
        ("s3://nested/a", tmp_path / "nested" / "a"),
        ("s3://nested/a/b", None),
    ]


def test_predictions_that_are_text_are_an_error(artifacts: list[Artifact]) -> None:
    assert artifacts[0].path
    artifacts[0].path.write_text("yes\n")
    with pytest.raises(LocalAwsError, match=r"test\.csv\.out: 'yes' is not a number"):
        evaluate(OUTPUTS, artifacts)

"""The quantile sketch: levels of values of which each stands for 2^level of the column."""

from __future__ import annotations

import numpy as np
import pytest

from sagemaker_images.model_monitor.sketch import K, build, cumulative, weighted


@pytest.mark.parametrize("count", [1, K, K + 1, 3 * K + 5, 100_003])
def test_it_stands_for_every_value_and_ranks_are_off_by_at_most_one_part_in_k(count: int) -> None:
    values = np.random.default_rng(count).lognormal(size=count)
    sketch = build(values)
    assert all(len(level) <= K for level in sketch["data"])
    sample = weighted(sketch)
    assert sample[1].sum() == count
    exact = cumulative((np.sort(values), np.ones(count)), values)
    assert np.abs(cumulative(sample, values) - exact).max() <= 1 / K


def test_levels_of_another_sketch_are_read() -> None:
    sample = weighted({"parameters": {"c": 0.64, "k": 2048.0}, "data": [[5.0], [1.0, 9.0], [3.0]]})
    assert sample[0].tolist() == [1.0, 3.0, 5.0, 9.0]
    assert sample[1].tolist() == [2.0, 4.0, 1.0, 2.0]
    assert cumulative(sample, np.array([0.0, 3.0, 4.0, 9.0])).tolist() == [0.0, 6 / 9, 6 / 9, 1.0]

"""How predictions are explained: SHAP values or partial dependence plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_workflows._core.arguments import checks_fields


@checks_fields
@dataclass(frozen=True)
class ShapConfig:
    """Feature attribution by SHAP values.

    Args:
        baseline: Rows that features are replaced from; default: Clarify makes one of the dataset.
        num_samples: Samples per row; default: chosen by Clarify.
        agg_method: ``mean_abs`` (the service's default), ``median`` or ``mean_sq``.
        use_logit: Whether attributions are of log-odds; default: False.
        save_local_shap_values: Whether those of each row are written; default: True.
        seed: Seed of the sampling; default: none.
        num_clusters: Rows of the baseline that Clarify makes, in place of ``baseline``; default: chosen by Clarify.
        additional: Further fields of ``shap``, in its own spelling.
    """

    baseline: Sequence[Sequence[Any]] | str | None = None
    num_samples: int | None = None
    agg_method: str | None = None
    use_logit: bool = False
    save_local_shap_values: bool = True
    seed: int | None = None
    num_clusters: int | None = None
    additional: Mapping[str, Any] | None = None

    def render(self) -> dict[str, Any]:
        """The method as it stands among ``methods``."""
        return {
            "shap": {
                "baseline": self.baseline,
                "num_samples": self.num_samples,
                "agg_method": self.agg_method,
                "use_logit": self.use_logit,
                "save_local_shap_values": self.save_local_shap_values,
                "seed": self.seed,
                "num_clusters": self.num_clusters,
                **(self.additional or {}),
            }
        }


@checks_fields
@dataclass(frozen=True)
class PdpConfig:
    """Partial dependence plots.

    Args:
        features: Columns by name or index.
        grid_resolution: Buckets of a numeric column; default: 15.
        top_k_features: Default: 10.
    """

    features: Sequence[str | int]
    grid_resolution: int = 15
    top_k_features: int = 10

    def render(self) -> dict[str, Any]:
        """The method as it stands among ``methods``."""
        return {
            "pdp": {
                "features": self.features,
                "grid_resolution": self.grid_resolution,
                "top_k_features": self.top_k_features,
            }
        }

"""What every benchmark shares: percentiles, and results written down with their date and machine."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the sorted values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered)) - 1))]


def write_results(name: str, figures: dict[str, object]) -> None:
    """Print the figures and keep them in results/<name>.json."""
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
        **figures,
    }
    text = json.dumps(kept, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", "utf-8")
    print(text)

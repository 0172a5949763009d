"""Fusing two searches. Pure."""

from collections.abc import Mapping

Scores = Mapping[str, float]


def fuse_scores(dense: Scores, lexical: Scores, dense_share: float) -> list[tuple[str, float]]:
    """Mix two searches after stretching each one's scores to 0..1.

    dense, lexical: id to score, higher is closer, any scale; an id missing from one scores 0 there.
    Best first; ties go to the better dense score, then to the smaller id.
    Source: min-max convex combination, Bruch, Gai and Ingber, TOIS 2023.
    Raises ValueError unless 0 <= dense_share <= 1.
    """
    if not 0 <= dense_share <= 1:
        raise ValueError(f"dense_share is {dense_share}; expected 0 to 1")
    stretched_dense, stretched_lexical = stretch(dense), stretch(lexical)
    fused = {
        name: dense_share * stretched_dense.get(name, 0.0) + (1 - dense_share) * stretched_lexical.get(name, 0.0)
        for name in {**dense, **lexical}
    }
    return sorted(fused.items(), key=lambda item: (-item[1], -stretched_dense.get(item[0], 0.0), item[0]))


def stretch(scores: Scores) -> dict[str, float]:
    """Scores moved and scaled so that the lowest is 0 and the highest 1; equal scores all become 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {name: (score - low) / (high - low) for name, score in scores.items()}

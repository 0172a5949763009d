"""How sure a proposed code is: a probability fitted on judged questions, so that thresholds have a meaning. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from ingest.facts import Verdict
from retriever.ranking import RankedDocument

# Fitted on the tuning half of the judged questions by benchmarks/calibrate.py, which also draws the reliability diagram.
INTERCEPT = 2.0
WEIGHTS = {"lead": 0.7, "nearness": 0.1, "fits": 0.0, "contradicts": 0.0}
# A runner-up's share of what is left, by how far it lies behind.
FALLOFF = 6.0


@dataclass(frozen=True, slots=True)
class LeadFeatures:
    """What the leader's confidence is computed from."""

    lead: float         # how far its score is ahead of the best document of another claim, at most 1
    nearness: float     # cosine of its closest entry
    fits: float         # asked facts that fit, at most 3
    contradicts: float  # whether any contradicts

    def as_row(self) -> list[float]:
        return [self.lead, self.nearness, self.fits, self.contradicts]


def lead_features(ranked: Sequence[RankedDocument], lead_id: str, claim: Sequence[str]) -> LeadFeatures:
    """Features of the document `lead_id` of `ranked`; documents of the same claim are no rivals."""
    lead = next(item for item in ranked if item.document_id == lead_id)
    rival = next((item.score for item in ranked if item.document_id not in claim and item.document_id != lead_id), lead.score - 1.0)
    return LeadFeatures(
        lead=max(-1.0, min(1.0, lead.score - rival)),
        nearness=lead.nearness,
        fits=float(min(3, lead.fitting)),
        contradicts=float(any(v.verdict is Verdict.CONTRADICTS for v in lead.verdicts)),
    )


def lead_confidence(features: LeadFeatures) -> float:
    """Probability, 0 to 1, that the leading code is right."""
    total = INTERCEPT + sum(weight * value for weight, value in zip(WEIGHTS.values(), features.as_row(), strict=True))
    return 1 / (1 + exp(-total))


def runner_up_confidence(lead: float, behind: float) -> float:
    """What is left to a code that lies `behind` the leader in score: never more than the leader's doubt."""
    return (1 - lead) * exp(-FALLOFF * max(0.0, behind))

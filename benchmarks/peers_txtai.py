"""txtai over the exchange: Embeddings with external vectors, content and hybrid on. Runs in txtai's own environment."""

from collections.abc import Iterator

import numpy as np
from peers_exchange import DENSE_SHARES, PASSAGES, Exchange, Search, Vectors, run_peer
from txtai import Embeddings

# Up to here txtai searches every row; above it, a part of them (IVF) unless told otherwise.
FLAT_ROWS = 5000
BM25 = {"method": "bm25", "terms": True}


def settings(exchange: Exchange) -> Iterator[tuple[str, Search]]:
    """`hybrid=True` as it comes; its other weights, its other two fusions, and each search alone."""
    default = index(exchange, hybrid=True)
    yield "convex, 0.5 dense", searching(default, 0.5)
    if len(exchange.texts) > FLAT_ROWS:
        default = index(exchange, hybrid=True, faiss={"components": "IDMap,Flat"})
        yield "convex, 0.5 dense, every row", searching(default, 0.5)
    for share in DENSE_SHARES:
        yield f"convex, {share} dense", searching(default, share)
    yield "dense only", searching(default, 1.0)
    yield "BM25 only", searching(default, 0.0)
    for name, normalize in (("log-odds", "bb25"), ("RRF", False)):
        other = index(exchange, scoring={**BM25, "normalize": normalize}, faiss={"components": "IDMap,Flat"})
        for share in (0.5, *DENSE_SHARES):
            yield f"{name}, {share} dense", searching(other, share)


def index(exchange: Exchange, **options: object) -> Embeddings:
    """All passages under their rows."""

    def transform(texts: list[str]) -> Vectors:
        return np.stack([exchange.vector_of[text] for text in texts])

    embeddings = Embeddings({"method": "external", "transform": transform, "content": True, "dense": True, **options})
    embeddings.index((row, text, None) for row, text in enumerate(exchange.texts))
    return embeddings


def searching(embeddings: Embeddings, dense_share: float) -> Search:
    return lambda question: [int(hit["id"]) for hit in embeddings.search(question, PASSAGES, weights=dense_share)]


if __name__ == "__main__":
    run_peer(("txtai-minimal", "faiss-cpu"), settings)

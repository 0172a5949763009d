"""LangChain over the exchange: FAISS vector store, BM25Retriever and EnsembleRetriever. Runs in its own environment."""

import re
from collections.abc import Iterator

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from peers_exchange import DENSE_SHARES, PASSAGES, Exchange, Search, Vectors, run_peer


class GivenVectors(Embeddings):
    """Looks up the vectors that every system shares."""

    def __init__(self, vectors: dict[str, Vectors]) -> None:
        self._vectors = vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vectors[text].tolist()


def settings(exchange: Exchange) -> Iterator[tuple[str, Search]]:
    """Equal weights as it comes; other weights, a smaller rank constant, lower-cased words for BM25, and each search alone."""
    dense = dense_retriever(exchange)
    words = word_retriever(exchange)
    lower = word_retriever(exchange, preprocess_func=lower_words)
    yield "RRF, 0.5 dense", ensemble(words, dense, 0.5)
    for share in DENSE_SHARES:
        yield f"RRF, {share} dense", ensemble(words, dense, share)
    for share in (0.5, *DENSE_SHARES):
        yield f"RRF, {share} dense, words lower-cased", ensemble(lower, dense, share)
        yield f"RRF, {share} dense, words lower-cased, c=10", ensemble(lower, dense, share, c=10)
    yield "dense only", searching(dense)
    yield "BM25 only", searching(words)
    yield "BM25 only, words lower-cased", searching(lower)


def dense_retriever(exchange: Exchange) -> BaseRetriever:
    pairs = zip(exchange.texts, exchange.vectors.tolist(), strict=True)
    store = FAISS.from_embeddings(list(pairs), GivenVectors(exchange.vector_of), metadatas=row_numbers(exchange))
    return store.as_retriever(search_kwargs={"k": PASSAGES})


def word_retriever(exchange: Exchange, **options: object) -> BaseRetriever:
    return BM25Retriever.from_texts(exchange.texts, metadatas=row_numbers(exchange), k=PASSAGES, **options)


def row_numbers(exchange: Exchange) -> list[dict[str, int]]:
    return [{"row": row} for row in range(len(exchange.texts))]


def lower_words(text: str) -> list[str]:
    """Without this, BM25 splits at spaces only: "X-ray," and "x-ray" are two words."""
    return re.findall(r"\w+", text.lower())


def ensemble(words: BaseRetriever, dense: BaseRetriever, dense_share: float, c: int = 60) -> Search:
    return searching(EnsembleRetriever(retrievers=[words, dense], weights=[1 - dense_share, dense_share], c=c))


def searching(retriever: BaseRetriever) -> Search:
    return lambda question: [document.metadata["row"] for document in retriever.invoke(question)][:PASSAGES]


if __name__ == "__main__":
    run_peer(("langchain-classic", "langchain-community", "langchain-core", "rank-bm25", "faiss-cpu"), settings)

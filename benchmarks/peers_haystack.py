"""Haystack over the exchange: FAISS retriever, in-memory BM25 and DocumentJoiner in a pipeline. Runs in its own environment."""

from collections.abc import Iterator, Sequence

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
from haystack_integrations.document_stores.faiss import FAISSDocumentStore
from peers_exchange import DENSE_SHARES, PASSAGES, Exchange, Search, run_peer

RRF = "reciprocal_rank_fusion"


def settings(exchange: Exchange) -> Iterator[tuple[str, Search]]:
    """Their hybrid tutorial's fusion; weights, the other join modes, the other BM25s, and each search alone."""
    dense = dense_store(exchange)
    by_words = {name: word_store(exchange, name) for name in ("BM25L", "BM25Okapi", "BM25Plus")}
    default = by_words["BM25L"]
    yield "RRF", hybrid(exchange, dense, default, DocumentJoiner(RRF))
    for share in DENSE_SHARES:
        yield f"RRF, {share} dense", hybrid(exchange, dense, default, DocumentJoiner(RRF, [1 - share, share]))
    for share in (0.5, *DENSE_SHARES):
        joiner = DocumentJoiner("merge", [1 - share, share])
        yield f"merge of scaled scores, {share} dense", hybrid(exchange, dense, default, joiner, scale=True)
    yield "distribution-based", hybrid(exchange, dense, default, DocumentJoiner("distribution_based_rank_fusion"))
    yield "concatenate (the class's default)", hybrid(exchange, dense, default, DocumentJoiner("concatenate"))
    yield "concatenate of scaled scores", hybrid(exchange, dense, default, DocumentJoiner("concatenate"), scale=True)
    yield "dense only", dense_only(exchange, dense)
    for name, store in by_words.items():
        yield f"{name} only", words_only(store)
        if store is not default:
            yield f"RRF with {name}", hybrid(exchange, dense, store, DocumentJoiner(RRF))
            yield f"RRF with {name}, 0.7 dense", hybrid(exchange, dense, store, DocumentJoiner(RRF, [0.3, 0.7]))


def dense_store(exchange: Exchange) -> FAISSDocumentStore:
    store = FAISSDocumentStore(embedding_dim=exchange.vectors.shape[1])
    store.write_documents(
        [
            Document(id=str(row), content=text, embedding=vector.tolist())
            for row, (text, vector) in enumerate(zip(exchange.texts, exchange.vectors, strict=True))
        ]
    )
    return store


def word_store(exchange: Exchange, algorithm: str) -> InMemoryDocumentStore:
    store = InMemoryDocumentStore(bm25_algorithm=algorithm)
    store.write_documents([Document(id=str(row), content=text) for row, text in enumerate(exchange.texts)])
    return store


def hybrid(
    exchange: Exchange, dense: FAISSDocumentStore, words: InMemoryDocumentStore, joiner: DocumentJoiner, scale: bool = False
) -> Search:
    pipeline = Pipeline()
    pipeline.add_component("bm25_retriever", InMemoryBM25Retriever(words, top_k=PASSAGES, scale_score=scale))
    pipeline.add_component("embedding_retriever", FAISSEmbeddingRetriever(document_store=dense, top_k=PASSAGES))
    pipeline.add_component("joiner", joiner)
    pipeline.connect("bm25_retriever", "joiner")
    pipeline.connect("embedding_retriever", "joiner")

    def search(question: str) -> list[int]:
        vector = exchange.vector_of[question].tolist()
        found = pipeline.run({"bm25_retriever": {"query": question}, "embedding_retriever": {"query_embedding": vector}})
        return rows(found["joiner"]["documents"])

    return search


def dense_only(exchange: Exchange, store: FAISSDocumentStore) -> Search:
    retriever = FAISSEmbeddingRetriever(document_store=store, top_k=PASSAGES)
    return lambda question: rows(retriever.run(query_embedding=exchange.vector_of[question].tolist())["documents"])


def words_only(store: InMemoryDocumentStore) -> Search:
    retriever = InMemoryBM25Retriever(store, top_k=PASSAGES)
    return lambda question: rows(retriever.run(query=question)["documents"])


def rows(documents: Sequence[Document]) -> list[int]:
    return [int(document.id) for document in documents]


if __name__ == "__main__":
    run_peer(("haystack-ai", "faiss-haystack", "faiss-cpu"), settings)

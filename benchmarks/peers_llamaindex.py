"""LlamaIndex over the exchange: FAISS vector index, BM25Retriever and QueryFusionRetriever. Runs in its own environment."""

from collections.abc import Iterator, Sequence

import faiss
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore
from peers_exchange import DENSE_SHARES, PASSAGES, Exchange, Search, Vectors, run_peer
from pydantic import PrivateAttr

RRF = "reciprocal_rerank"


class GivenVectors(BaseEmbedding):
    """Looks up the vectors that every system shares."""

    _vectors: dict[str, Vectors] = PrivateAttr()

    def __init__(self, vectors: dict[str, Vectors]) -> None:
        super().__init__()
        self._vectors = vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._vectors[text].tolist()

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vectors[query].tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def settings(exchange: Exchange) -> Iterator[tuple[str, Search]]:
    """Their hybrid recipe's fusion; the other modes with weights, both orders of the lists, stems or none, each search alone."""
    nodes = [TextNode(id_=str(row), text=text) for row, text in enumerate(exchange.texts)]
    dense = dense_retriever(exchange, nodes)
    words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=PASSAGES)
    unstemmed = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=PASSAGES, skip_stemming=True)
    yield "RRF", fused([dense, words], RRF)
    yield "RRF, BM25 listed first", fused([words, dense], RRF)
    yield "RRF, no stems", fused([dense, unstemmed], RRF)
    yield "simple (the class's default)", fused([dense, words], "simple")
    for mode in ("relative_score", "dist_based_score"):
        for share in (0.5, *DENSE_SHARES):
            yield f"{mode}, {share} dense", fused([dense, words], mode, [share, 1 - share])
    yield "dense only", searching(dense)
    yield "BM25 only", searching(words)
    yield "BM25 only, no stems", searching(unstemmed)


def dense_retriever(exchange: Exchange, nodes: Sequence[TextNode]) -> BaseRetriever:
    # Their examples take IndexFlatL2, whose distances fusion would sort the wrong way round: highest, so farthest, first.
    store = FaissVectorStore(faiss.IndexFlatIP(exchange.vectors.shape[1]))
    embedded = [
        TextNode(id_=node.id_, text=node.text, embedding=vector.tolist())
        for node, vector in zip(nodes, exchange.vectors, strict=True)
    ]
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(embedded, storage_context=context, embed_model=GivenVectors(exchange.vector_of))
    return index.as_retriever(similarity_top_k=PASSAGES)


def fused(retrievers: list[BaseRetriever], mode: str, weights: list[float] | None = None) -> Search:
    return searching(
        QueryFusionRetriever(
            retrievers,
            llm=MockLLM(),
            mode=mode,
            similarity_top_k=PASSAGES,
            num_queries=1,  # the question as typed; more would need a language model
            use_async=False,
            retriever_weights=weights,
        )
    )


def searching(retriever: BaseRetriever) -> Search:
    return lambda question: [int(hit.node.node_id) for hit in retriever.retrieve(question)]


if __name__ == "__main__":
    run_peer(("llama-index-core", "llama-index-retrievers-bm25", "llama-index-vector-stores-faiss", "bm25s", "faiss-cpu"), settings)

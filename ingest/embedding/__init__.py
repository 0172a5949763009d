"""Texts to unit vectors: the passage embedder, the question encoder it exports, and the cache between them."""

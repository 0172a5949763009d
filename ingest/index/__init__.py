"""What is stored: entries and their vectors, the lexical index, documents and passages, one manifest over all."""

"""From document to index: read, check, cut, embed, publish."""

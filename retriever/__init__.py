"""From a question to ranked passages and codes, and from them to a cited answer."""

"""Answers as JSON, as a chat, and as document pages."""

"""Citation numbers as links to the exact passage. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from chat_ui.schemas import document_url
from chat_ui.strings import Voice
from retriever.answers import Citation


@dataclass(frozen=True, slots=True)
class CitationLinks:
    """Renders the numbers of one answer."""

    citations: Mapping[int, Citation]   # by number
    say: Voice

    def __call__(self, numbers: Iterable[int]) -> str:
        """One link a number; numbers that the answer does not have are left out."""
        return "".join(self._link(self.citations[number]) for number in numbers if number in self.citations)

    def after(self, text: str, numbers: Iterable[int]) -> str:
        """The quoted text and its numbers; the last word and the numbers stay on one line."""
        head, space, last = text.rpartition(" ")
        return (
            f'<span lang="en">{escape(head + space)}</span>'
            f'<span class="keep"><span lang="en">{escape(last)}</span>{self(numbers)}</span>'
        )

    def _link(self, citation: Citation) -> str:
        title = escape(f"{citation.title}: {citation.heading}")
        return (
            f' <a class="cite" href="{passage_url(citation)}" data-source="{citation.number}" title="{title}">'
            f'<span class="vh">{self.say["source"]} </span>{citation.number}</a>'
        )


def passage_url(citation: Citation) -> str:
    """The address of the passage in its document, escaped for an attribute."""
    return escape(document_url(citation.document_id, citation.start, citation.end))

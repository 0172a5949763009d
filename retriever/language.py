"""English or Spanish, from a question's small words. Pure."""

from retriever.vocabulary import plain

# Words that are common in one of the two languages and hardly stand in the other.
_SPANISH = frozenset(
    ["el", "la", "los", "las", "un", "una", "unos", "unas", "de", "del", "al", "que", "y", "o", "en", "por", "para", "con", "sin", "se", "me", "mi", "mis", "tu", "su", "sus", "es", "son", "esta", "estan", "hay", "como", "cuando", "cuanto", "cuanta", "cuantos", "donde", "quien", "cual", "cuales", "porque", "si", "no", "muy", "mas", "pero", "despues", "antes", "puedo", "puede", "pueden", "tengo", "tiene", "duele", "hacer", "hace", "hago", "fue", "ser", "estar", "le", "lo", "les", "nos", "yo", "ella", "ellos", "este", "esto", "eso", "esa", "ese", "dia", "dias", "hoy", "ayer"]
)
_ENGLISH = frozenset(
    ["the", "a", "an", "of", "to", "in", "on", "for", "with", "without", "is", "are", "was", "were", "be", "do", "does", "did", "can", "could", "will", "would", "should", "what", "when", "where", "who", "why", "how", "it", "my", "your", "his", "her", "and", "or", "not", "no", "this", "that", "i", "you", "he", "she", "they", "we", "have", "has", "had", "if", "about", "after", "before", "from", "at", "as", "me"]
)


def detect_language(text: str) -> str:
    """"es" when more of its small words are Spanish than English, else "en". ¿ and ¡ decide alone."""
    if "¿" in text or "¡" in text:
        return "es"
    words = [plain(word) for word in text.replace("?", " ").replace(",", " ").replace(".", " ").split()]
    spanish = sum(word in _SPANISH for word in words)
    english = sum(word in _ENGLISH for word in words)
    return "es" if spanish > english and spanish >= 2 else "en"

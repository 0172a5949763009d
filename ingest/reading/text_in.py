"""Bytes to text, strictly: what cannot be trusted is refused with its reason."""

from ingest.errors import DocumentRefused

MAX_BYTES = 2_000_000


def decode(name: str, data: bytes) -> str:
    """UTF-8 text with line ends as \\n and no byte-order mark.

    Raises DocumentRefused for an empty, too large, binary or differently encoded file.
    """
    if not data.strip():
        raise DocumentRefused(name, "the file is empty; write the document or remove the file")
    if len(data) > MAX_BYTES:
        raise DocumentRefused(name, f"{len(data):,} bytes, but a page has at most {MAX_BYTES:,}; split it or check what it is")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DocumentRefused(name, "the file is UTF-16; save it as UTF-8")
    if b"\0" in data:
        raise DocumentRefused(name, "the file is binary (it holds NUL bytes); expected plain text in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DocumentRefused(
            name, f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8", line
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")

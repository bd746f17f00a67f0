"""Joins the lines of a text that was wrapped as format=flowed (RFC 3676)."""


def unflow(text: str, *, delete_space: bool = False) -> str:
    """The text with its paragraphs on one line each; quoted lines begin with ``> `` for each level.

    ``delete_space`` is the parameter DelSp=yes: the blank at the end of a flowed line belongs to the wrapping.
    """
    paragraphs: list[str] = []
    open_pieces: list[str] = []
    open_depth = 0

    def close() -> None:
        if open_pieces:
            paragraphs.append("> " * open_depth + "".join(open_pieces))
            open_pieces.clear()

    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        signature = content == "-- "
        if open_pieces and (depth != open_depth or signature):
            close()
        open_depth = depth
        if content.endswith(" ") and not signature:
            open_pieces.append(content[:-1] if delete_space else content)
        elif open_pieces:
            open_pieces.append(content)
            close()
        else:
            paragraphs.append(("> " * depth + content) if content else ">" * depth)
    close()
    return "\n".join(paragraphs)

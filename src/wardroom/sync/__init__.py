"""The protocol between two forum files, without any input or output: bytes in, values out, and back."""

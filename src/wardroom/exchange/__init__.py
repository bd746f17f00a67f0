"""Mail and JSON lines in, JSON lines and mbox out, as streams of plain values.

This room reads and writes the files it is handed and nothing else. Text comes out of it well-formed, but not cleaned
and not screened.
"""

"""The command line: one file per noun, data on standard output, talk on standard error."""

"""The only room that starts processes: the lines over which two files exchange what they hold."""

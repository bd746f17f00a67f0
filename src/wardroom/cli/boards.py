"""…"""
COMMANDS: tuple[()] = ()

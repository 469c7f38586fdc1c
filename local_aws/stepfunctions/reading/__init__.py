"""Reads definitions: what JSON says, as the components of moto's interpreter.

moto reads definitions with a grammar of its own, in which the words of the language are tokens and the texts keep their
escapes. Here JSON is read as JSON, each state on its own, and nothing is kept between two definitions.
"""

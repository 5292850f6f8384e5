"""The work of the verbs. A verb's module starts it, once its arguments are parsed."""

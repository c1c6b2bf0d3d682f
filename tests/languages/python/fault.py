"""Why a value cannot be right."""


class Fault(Exception):
    """Why a value cannot be right: a short sentence for the user who sent it."""

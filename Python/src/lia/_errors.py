"""What goes wrong."""


class LiaError(Exception):
    """What the program says is wrong, in the words of its command line.

    ``kind`` is "usage" (of a request), "input" (something that was read), "output" (something that could not be written), "internal", or
    "ended" where the process went away; ``code`` is the exit code that the command would end with.
    """

    def __init__(self, message: str, kind: str = "internal", code: int = 70) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.code = code


class LiaWarning(UserWarning):
    """What the program decided that one may want to know, such as that no face was found."""

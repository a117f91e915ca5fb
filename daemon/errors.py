"""The one base of all errors that replyd raises on purpose."""


class ReplydError(Exception):
    """Something a user can mend; the message says what was wrong, where, and what to do, never whose mail it was."""

    permanent: bool = False
    """Trying again without a change cannot help."""

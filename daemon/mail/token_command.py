"""A token from a program of the owner's choice, for example one that keeps tokens already."""

import subprocess
from collections.abc import Sequence

from daemon.clock import Clock
from daemon.mail.tokens import LIFETIME_UNSAID, Token, TokenRefused, TokenUnavailable

PATIENCE_S = 30.0


def token_of_command(command: Sequence[str], clock: Clock, *, patience_s: float = PATIENCE_S) -> Token:
    """Run the program without a shell and take what it prints; neither that nor its errors are kept or shown.

    Raises TokenRefused (no such program, or no token printed) or TokenUnavailable (it failed or took too long).
    """
    name = command[0]
    try:
        done = subprocess.run(  # noqa: S603  the owner's own program, and no shell
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TokenUnavailable(f"the token command {name} took more than {patience_s:g} s") from None
    except OSError as error:
        raise TokenRefused(
            f"the token command {name} cannot be run ({type(error).__name__}); correct command in [account.oauth]"
        ) from None
    if done.returncode != 0:
        raise TokenUnavailable(f"the token command {name} ended with {done.returncode}; run it by hand to see why")
    return Token(done.stdout.decode("utf-8", "replace").strip(), clock() + LIFETIME_UNSAID)

"""`replyd oauth`: log in once with a browser, so that replyd gets its tokens by itself from then on."""

import queue
import select
import sys
import time
from typing import Annotated, TextIO

import typer

from daemon import clock
from daemon.cli.opened import quiet_log
from daemon.cli.options import ConfigPath, NeedsPerson, WrongUse, settings_of
from daemon.mail.oauth_code import CodeRequest, ForeignAnswer
from daemon.mail.oauth_loopback import Loopback
from daemon.mail.oauth_providers import Application, log_in
from daemon.settings import Settings
from daemon.settings_login import Login

LOOK_S = 0.1
"""How often the keyboard is looked at while the browser is waited for."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Log in to the provider of login tokens.")


AccountName = Annotated[str | None, typer.Option("--account", metavar="NAME", help="Which of several accounts.")]


@app.command()
def login(
    account: AccountName = None,
    port: Annotated[int, typer.Option(help="Port for the browser to come back to; 0 takes a free one.")] = 0,
    patience_s: Annotated[int, typer.Option("--patience", help="Seconds to wait for the browser.")] = 600,
    config: ConfigPath = None,
) -> None:
    """Print an address to open in a browser, wait for the answer, and keep what it is good for, encrypted."""
    quiet_log()
    chosen = _chosen(settings_of(config), account)
    application = _for_a_person(chosen)
    store = chosen.token_store()
    store.vault()
    request, code = _code_from_browser(application, port, patience_s)
    log_in(application, request, code, store, clock.now)
    typer.echo("logged in; next: replyd check")


@app.command()
def forget(account: AccountName = None, config: ConfigPath = None) -> None:
    """Delete the login that is kept here; the provider is not told, so withdraw it there as well."""
    done = _chosen(settings_of(config), account).token_store().forget()
    typer.echo("the login is deleted here; withdraw it at the provider too" if done else "no login was kept")


def _chosen(settings: Settings, account: str | None) -> Login:
    """The login of this account, or of the only one."""
    logins = settings.logins
    if account is None and len(logins) > 1:
        raise WrongUse(f"there are several accounts; name one with --account: {', '.join(logins)}")
    if account is not None and account not in logins:
        raise WrongUse(f"there is no account {account}; there are {', '.join(logins)}")
    return logins[account or next(iter(logins))]


def _for_a_person(login: Login) -> Application:
    application = login.application()
    if application is None:
        raise WrongUse(
            f"oauth.provider of account {login.name} is none: passwords are used, and there is nothing to log in to"
        )
    if not application.by_browser:
        raise WrongUse(f"{application.provider} gives tokens without a person here; run `replyd check`")
    return application


def _code_from_browser(application: Application, port: int, patience_s: int) -> tuple[CodeRequest, str]:
    """The code, from the browser on this machine or from an address that was pasted."""
    answers: queue.Queue[str] = queue.Queue()
    request: CodeRequest | None = None

    def arrived(path: str) -> bool:
        ours = request is not None and request.owns(path)
        if ours:
            answers.put(path)
        return ours

    try:
        loopback = Loopback(port, arrived)
    except OSError as error:
        raise WrongUse(f"port {port} cannot be listened on ({type(error).__name__}); give another --port") from None
    with loopback:
        request = CodeRequest(application.client_id, loopback.redirect_uri, application.scope)
        typer.echo("Open this address in a browser and log in:\n")
        typer.echo(f"  {application.login_page(request)}\n")
        typer.echo("A browser on another machine ends at a page that it cannot show: paste that page's address here.")
        return request, _first_own(request, answers, patience_s)


def _first_own(request: CodeRequest, answers: "queue.Queue[str]", patience_s: int) -> str:
    """The code in the first answer that is one to this login; raises TokenRefused, or NeedsPerson when none comes."""
    deadline, pasted = time.monotonic() + patience_s, _Pasted(sys.stdin)
    while time.monotonic() < deadline:
        if line := pasted.line():
            answers.put(line)
        try:
            return request.code(answers.get(timeout=LOOK_S))
        except ForeignAnswer as error:
            typer.echo(str(error), err=True)
        except queue.Empty:
            continue
    raise NeedsPerson(f"nobody logged in within {patience_s} s; run `replyd oauth login` again")


class _Pasted:
    """Lines that are typed meanwhile; never waits for one (a thread that does could not be ended)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._over = False

    def line(self) -> str:
        """A line that is there already, or ""."""
        if self._over or not self._ready():
            return ""
        line = self._stream.readline()
        self._over = not line
        return line.strip()

    def _ready(self) -> bool:
        try:
            return bool(select.select([self._stream.fileno()], [], [], 0)[0])
        except (OSError, ValueError):
            return True  # no real file: it never makes anybody wait

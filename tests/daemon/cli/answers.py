"""What a command printed, for tests to look into."""

import json
from typing import Any

from typer.testing import Result


def json_lines(result: Result) -> list[dict[str, Any]]:
    """What a command printed on standard output, line by line."""
    return [json.loads(line) for line in result.stdout.splitlines()]

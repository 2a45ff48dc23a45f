"""Processes that are killed as a power cut would: where a test says, or at any moment.

A process killed "there" was held back there first, and said so: what it had begun is certain, and
so is what it had not done yet.
"""

import json
import os
import signal
import subprocess
import sys
import time

#: A process that has loaded everything, with chunks small enough to be killed between two of them.
#: For each command it is told it makes a copy of itself; told again, it kills that one and says how
#: it ended. Only a mother can be sure that the process behind a number is still her child. A copy
#: that is to be held has a function that says so, when its work is done, and then never returns.
MOTHER = """
import importlib, json, os, sys, time
import stripe
stripe.StripeClient("sk_test_loaded_once").v1.transfers.reversals
from voucher_service.actions import issuing
from voucher_service.cli import main
issuing.CHUNK = 500

def hold(there, nth, told):
    name, _, function = there.rpartition(":")
    module = importlib.import_module(name)
    work, calls = getattr(module, function), []
    def held(*given, **named):
        result = work(*given, **named)
        calls.append(1)
        if len(calls) == nth:
            os.write(told, b"there\\n")
            time.sleep(600)
        return result
    setattr(module, function, held)

while line := sys.stdin.readline():
    asked = json.loads(line)
    child = os.fork()
    if not child:
        told = os.dup(1)
        os.environ.update(asked["environment"])
        os.dup2(2, 1)
        if not asked["there"]:
            main(asked["arguments"])
        hold(asked["there"], asked["nth"], told)
        try:
            main(asked["arguments"])
        finally:
            os.write(told, b"never\\n")
    sys.stdin.readline()
    os.kill(child, 9)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Commands:
    """Commands in processes of their own, that start at once and may be killed."""

    def __init__(self) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-c", MOTHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, *arguments: object, there: str = "", nth: int = 1) -> None:
        """Start a command. ``there``: ``module:function`` whose nth call ends and never returns."""
        asked = {
            "environment": dict(os.environ),
            "arguments": [str(item) for item in arguments],
            "there": there,
            "nth": nth,
        }
        self._tell(json.dumps(asked))

    def kill(self, *, after: float = 0.0) -> bool:
        """Pull the plug of the last one after some seconds; whether that came too late."""
        time.sleep(after)
        self._tell("kill")
        return int(self._heard()) == 0

    def killed(self, *arguments: object, there: str, nth: int = 1) -> None:
        """Start a command, wait until it is there, and pull the plug."""
        self.start(*arguments, there=there, nth=nth)
        came = self._heard()
        self._tell("kill")
        ended = int(self._heard())
        assert (came, ended) == ("there", signal.SIGKILL), f"it never came to {there}"

    def _heard(self) -> str:
        assert self._mother.stdout is not None
        return self._mother.stdout.readline().strip()

    def _tell(self, line: str) -> None:
        assert self._mother.stdin is not None
        self._mother.stdin.write(f"{line}\n")
        self._mother.stdin.flush()

    def end(self) -> None:
        self._mother.communicate()

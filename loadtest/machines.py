"""Machines on one machine: network namespaces with addresses of their own on two networks, whose cables can be pulled.

All of it is in a namespace of processes and networks that ends with the command that was started there: nothing of it
is left, whatever ends the command, and nothing that is sent there gets out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from app.base.children import spawn
from app.base.errors import FanfareError
from loadtest.machine import environment, python

# For measurements between machines (RFC 2544): nobody's on the internet.
NETWORKS = {"inside": "198.18.1", "outside": "198.18.0"}
"""Where stores and books are, and where viewers come from."""
HERE = 1
"""The last number of the address of those who are on no machine of their own."""
APART = ("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")
# Against the softer signals `unshare` is deaf.
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")
PROGRAMS = ("unshare", "nsenter", "setpriv", "ip")
WAIT_S, END_S = 10.0, 60.0


class NoMachines(FanfareError):
    """Network namespaces cannot be made here; the text says why."""


def why_not() -> str:
    """Why no machines can be made here; nothing where they can."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        return f"{' and '.join(missing)} cannot be found: install util-linux and iproute2"
    if os.geteuid() != 0:
        return "network namespaces of several users take root"
    command = [*APART, "ip", "link", "add", "try", "type", "bridge"]
    tried = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return f"network namespaces cannot be made: {tried.stderr.strip()}" if tried.returncode else ""


def run_apart(module: str, *words: str) -> int:
    """Runs a module of ours in a namespace of its own, with both networks; its exit code.

    Raises:
        NoMachines: there can be none here.
    """
    if why := why_not():
        raise NoMachines(why)
    # With `unshare` all ends that is in there.
    process = spawn([*DIES_WITH_US, *APART, *python(module, *words)], env=environment())
    try:
        return process.wait()
    except KeyboardInterrupt:
        _interrupt(process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_S)
        raise
    finally:
        process.kill()
        process.wait()


def _interrupt(unshare: int) -> None:
    """Ctrl-C for what `unshare` has started: it does not pass it on."""
    for task in Path(f"/proc/{unshare}/task").glob("*/children"):
        for pid in task.read_text().split():
            os.kill(int(pid), signal.SIGINT)


def address(network: str, number: int = HERE) -> str:
    """The address of a machine on a network."""
    return f"{NETWORKS[network]}.{number}"


def lay_networks() -> None:
    """Makes the two networks, with an address on each for those who are on no machine. Only in a namespace of ours."""
    _ip("link", "set", "lo", "up")
    for network in NETWORKS:
        _ip("link", "add", network, "type", "bridge")
        _ip("address", "add", f"{address(network)}/24", "dev", network)
        _ip("link", "set", network, "up")


class Machine:
    """A machine with an address on each network; `number` is its last part, and its name's."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._process: subprocess.Popen[bytes] = spawn(["unshare", "--net", "sleep", "infinity"])
        self._wait_apart()
        self._inside("link", "set", "lo", "up")
        for network in NETWORKS:
            _ip("link", "add", self._cable(network), "type", "veth", "peer", network, "netns", str(self._process.pid))
            _ip("link", "set", self._cable(network), "master", network, "up")
            self._inside("address", "add", f"{self.address(network)}/24", "dev", network)
            self._inside("link", "set", network, "up")

    def address(self, network: str) -> str:
        """Its address there."""
        return address(network, self.number)

    def command(self, words: Sequence[str]) -> list[str]:
        """The command that runs another one on this machine."""
        return ["nsenter", f"--net=/proc/{self._process.pid}/ns/net", "--", *words]

    def cut(self, network: str) -> None:
        """Pulls its cable: what is sent is lost, and nobody is told."""
        _ip("link", "set", self._cable(network), "down")

    def mend(self, network: str) -> None:
        """Puts the cable back."""
        _ip("link", "set", self._cable(network), "up")

    def stop(self) -> None:
        """Takes it away; its processes must be gone."""
        self._process.kill()
        self._process.wait()

    def _cable(self, network: str) -> str:
        return f"{network}-{self.number}"

    def _inside(self, *words: str) -> None:
        _run(self.command(["ip", *words]))

    def _wait_apart(self) -> None:
        until_s = time.monotonic() + WAIT_S
        while os.readlink(f"/proc/{self._process.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            if self._process.poll() is not None or time.monotonic() > until_s:
                raise NoMachines("a network namespace could not be made")
            time.sleep(0.005)


def _ip(*words: str) -> None:
    _run(["ip", *words])


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise FanfareError(f"`{' '.join(command)}`: {done.stderr.strip()}")

"""Chromium for the tests: the system's, else Playwright's own, else (root on Debian) installed.

Nothing is skipped: without a browser the tests that need one fail, and say how to get one.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # A camera that films a test card, or the film of a test; each phone allows it or refuses.
    "--use-fake-device-for-media-stream",
    # Whatever is not this machine does not exist: no test depends on the world, nor speaks to it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

HOW_TO_GET_ONE = """No Chromium was found; the tests of the phone need one. Either of these will do:
  apt-get install chromium                 (Debian; as root, the tests do it by themselves)
  .venv/bin/playwright install chromium    (elsewhere; --with-deps where libraries are missing)"""


class NoBrowser(Exception):
    """There is no Chromium here; the text says how to get one."""


def find_chromium() -> Path:
    """The browser that the tests drive; raises :class:`NoBrowser`."""
    found = system_chromium() or own_chromium()
    if found is None and may_install():
        said = install()
        found = system_chromium()
        if found is None:
            raise NoBrowser(f"{HOW_TO_GET_ONE}\napt-get was tried, and said:\n{said[-2000:]}")
    if found is None:
        raise NoBrowser(HOW_TO_GET_ONE)
    return found


def system_chromium() -> Path | None:
    """The system's browser: one that runs, for Ubuntu's only says where another may be had."""
    named = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in named if path and _runs(path)), None)


def own_chromium() -> Path | None:
    """What ``playwright install`` fetched, where somebody ran it."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() and _runs(path) else None


def may_install() -> bool:
    """Whether we may add a package here: root, on Debian itself."""
    system = Path("/etc/os-release")
    debian = system.is_file() and "ID=debian" in system.read_text(encoding="utf-8").splitlines()
    return os.geteuid() == 0 and debian and shutil.which("apt-get") is not None


def install() -> str:
    """Add Debian's package; what ``apt-get`` said. Who comes second waits for who came first."""
    said = ""
    for step in (["update"], ["install", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            ["apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=600", *step],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
        said += done.stdout + done.stderr
    return said


def launch(playwright: Playwright, chromium: Path) -> Browser:
    """A browser that forgets all that it saw."""
    return playwright.chromium.launch(executable_path=chromium, args=FLAGS)


def launch_on(
    playwright: Playwright, chromium: Path, folder: Path | None, film: Path | None, **options: Any
) -> BrowserContext:
    """A browser of its own: it keeps what it knows in a folder, and films a film for ever."""
    if film and not film.is_file():
        raise FileNotFoundError(film)  # Chromium would only say that it has no camera
    seen = [f"--use-file-for-fake-video-capture={film}"] if film else []
    return playwright.chromium.launch_persistent_context(
        folder or "", executable_path=chromium, args=[*FLAGS, *seen], **options
    )


def _runs(path: str | Path) -> bool:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and b"Chrom" in said.stdout

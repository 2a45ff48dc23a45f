"""Where and with what the figures were taken."""

import os
import platform
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import psycopg

PARTS = ("granian", "flask", "sqlalchemy", "psycopg", "cryptography", "pydantic", "typst")
SYNCS = 200


def fdatasync_us(folder: Path) -> float:
    """Microseconds that the disk takes to keep a block: the median of some."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            file.write(b"x" * 8192)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def describe(url: str, folder: Path) -> list[str]:
    """The machine, the versions, and the promises that PostgreSQL keeps."""
    with psycopg.connect(url) as connection:
        asked = ("server_version", "fsync", "synchronous_commit", "full_page_writes")
        told = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in asked}
    kept = ", ".join(f"{name} {row[0]}" for name, row in told.items() if row)
    versions = ", ".join(f"{part} {version(part)}" for part in PARTS)
    load = os.getloadavg()[0]
    cores = f"{os.cpu_count()} cores ({_processor()})"
    return [
        f"{cores}, {platform.system()} {platform.release()}, load {load:.1f} before the start",
        f"Python {platform.python_version()}, {versions}",
        f"PostgreSQL: {kept}; fdatasync {fdatasync_us(folder):.0f} µs",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

#!/usr/bin/env python3
"""Measures the Swift client, spamc processes and aiospamc side by side, in one run, against one stand-in.

    Benchmarks/spamd.py [--bin DIR] [--aiospamc PYTHON] [--rounds N] [--quick]

`--bin` holds the release executables (`swift build -c release --package-path Benchmarks`); `--aiospamc` is a Python that
has aiospamc. What is missing is left out. Each row is the best of the rounds, which take turns.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def message(path: pathlib.Path, size: int) -> str:
    head = b"From: a@example.net\r\nTo: b@example.org\r\nSubject: benchmark\r\nMessage-ID: <1@example.net>\r\n\r\n"
    line = b"All work and no play makes a dull message of this one here.\r\n"
    path.write_bytes(head + line * ((size - len(head)) // len(line)))
    return str(path)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", default=str(HERE / ".build/release"))
    options.add_argument("--aiospamc", help="a Python interpreter that has aiospamc")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--quick", action="store_true", help="16 at once and 4 KB only")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        socket = os.path.join(folder, "spamd.sock")
        server = subprocess.Popen([f"{given.bin}/StandIn", socket], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            measure(given, pathlib.Path(folder), int(server.stdout.readline()), socket)
        finally:
            server.stdin.close()
            server.wait()


def measure(given, folder: pathlib.Path, port: int, socket: str) -> None:
    swift, spawner, spamc = f"{given.bin}/SpamdBench", f"{given.bin}/Spawner", shutil.which("spamc")
    print(f"{'client':22} {'size':>6} {'at once':>7} {'requests/s':>11} {'CPU us':>8} {'failed':>6}")
    for size in (4,) if given.quick else (4, 100):
        file = message(folder / f"{size}k", size * 1024)
        for at_once in (16,) if given.quick else (1, 16, 64):
            fast, slow = (20_000, 1_500) if size == 4 else (6_000, 800)
            rows = {
                "Swift, TCP": ([swift, f"127.0.0.1:{port}", fast, at_once, file]),
                "Swift, unix": ([swift, f"unix:{socket}", fast, at_once, file]),
            }
            if spamc:
                rows["spamc, TCP"] = [spawner, slow, at_once, file, spamc, "-x", "-y", "-d", "127.0.0.1", "-p", port]
                rows["spamc, unix"] = [spawner, slow, at_once, file, spamc, "-x", "-y", "-U", socket]
            if given.aiospamc:
                script = str(HERE / "aiospamc_bench.py")
                # The module functions make a TLS context for each request, so a few of them are enough.
                for kind, count in (("client", slow), ("functions", max(at_once, 64))):
                    rows[f"aiospamc {kind}, TCP"] = [given.aiospamc, script, kind, port, count, at_once, file]
            best = {}
            for _ in range(given.rounds):
                for name, command in rows.items():
                    run(best, name, [str(part) for part in command])
            for name, one in best.items():
                rate = one["requests"] / one["seconds"]
                print(f"{name:22} {size:>4}KB {at_once:>7} {rate:>11.0f} {one['cpu_us']:>8.1f} {one['failed']:>6}", flush=True)


def run(best: dict, name: str, command: list) -> None:
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        one = json.loads(ended.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        sys.exit(f"{' '.join(command)}: {ended.stderr[-500:]}")
    before = best.setdefault(name, one)
    if one["requests"] / one["seconds"] > before["requests"] / before["seconds"]:
        before["requests"], before["seconds"] = one["requests"], one["seconds"]
    before["cpu_us"] = min(before["cpu_us"], one["cpu_us"])
    before["failed"] = max(before["failed"], one["failed"])


main()

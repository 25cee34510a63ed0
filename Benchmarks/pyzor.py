#!/usr/bin/python3
"""Measures the Swift library and `tamis` beside Python's pyzor, in one run: digests, processes, memory.

    Benchmarks/pyzor.py [--bin DIR] [--tamis PATH] [--corpus DIR] [--rounds N] [--seconds S] [--quick]

`--bin` holds PyzorBench (`swift build -c release --package-path Benchmarks --product PyzorBench`); `--tamis` is the
release executable that `make` builds; `--corpus` is a folder of messages, one to a file. What is not there is said and
left out. The two sides take turns; the best of the rounds is shown.
"""

import argparse
import base64
import json
import os
import pathlib
import random
import socket
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PYTHON, PYZOR, PYZORD = "/usr/bin/python3", "/usr/bin/pyzor", "/usr/bin/pyzord"
DIGEST = [PYTHON, "-I", str(HERE / "digest_bench.py")]
HEAD = "From: a@example.net\nTo: b@example.org\nSubject: benchmark\nMIME-Version: 1.0\n"
KB, MB = 1024, 1024 * 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", default=str(HERE / ".build/release"))
    options.add_argument("--tamis", default=str(HERE.parent / ".build/release/tamis"))
    options.add_argument("--corpus", type=pathlib.Path)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=1, help="of each side, in each round")
    options.add_argument("--quick", action="store_true", help="one short round, no large message")
    given = options.parse_args()
    if given.quick:
        given.rounds, given.seconds = 1, 0.2
    swift = [f"{given.bin}/PyzorBench"]
    has_swift = present(swift[0], "its digests and memory")
    has_python = present(PYZOR, "Python's digests, memory and process") and (
        subprocess.run([PYTHON, "-I", "-c", "import pyzor.digest"]).returncode == 0
    )
    sides = ({"Swift": swift} if has_swift else {}) | ({"Python": DIGEST} if has_python else {})
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        digests(given, sides, folder)
        processes(given, folder, has_python)
        peaks(given, sides, folder)


def present(path: str, what: str) -> bool:
    if os.access(path, os.X_OK):
        return True
    print(f"skipped: no {path}, so without {what}")
    return False


# Messages, the same ones in every run.


def message(folder: pathlib.Path, kind: str, size: int) -> pathlib.Path:
    chance = random.Random(f"{kind} {size}")
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 11))) for _ in range(2000)]
    words += ["http://example.com/a?b=c", "someone@example.com", "1,250.00", "Zürich"]
    text = {"plain": plain, "html": html, "multipart": multipart}[kind](chance, words, size)
    path = folder / f"{kind}-{size}"
    path.write_bytes((HEAD + text).encode())
    return path


def fill(size: int, make) -> str:
    lines, length = [], 0
    while length < size:
        lines.append(make())
        length += len(lines[-1])
    return "".join(lines)


def plain(chance, words, size: int) -> str:
    line = lambda: " ".join(chance.choices(words, k=chance.randint(1, 13))) + "\n"
    return "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + fill(size, line)


def html(chance, words, size: int) -> str:
    def row() -> str:
        some = lambda count: " ".join(chance.choices(words, k=count))
        cell = f'<td class="x" style="color: #20{chance.randint(10, 99)}ff">{some(9)} <b>{some(2)}</b>&nbsp;&amp; {some(4)}</td>'
        return f'<tr>{cell}\n<td><a href="http://example.com/{chance.random()}">{some(3)}</a><br></td></tr>\n'

    style = "<html><head><style>td { margin: 0 }</style></head><body><table>\n"
    head = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return head + style + fill(size, row) + "</table></body></html>\n"


def multipart(chance, words, size: int) -> str:
    attachment = base64.encodebytes(chance.randbytes(size * 2 // 3)).decode()
    parts = [
        plain(chance, words, size // 20),
        html(chance, words, size // 20),
        f"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n{attachment}",
    ]
    return 'Content-Type: multipart/mixed; boundary="=_b"\n\n' + "".join(f"--=_b\n{part}\n" for part in parts) + "--=_b--\n"


# Digests.


def digests(given, sides: dict, folder: pathlib.Path) -> None:
    sizes = (4 * KB, 100 * KB) if given.quick else (4 * KB, 100 * KB, MB, 4 * MB)
    sets = {f"{kind} {amount(size)}": [message(folder, kind, size)] for kind in ("plain", "html", "multipart") for size in sizes}
    if given.corpus:
        sets["corpus"] = sorted(path for path in given.corpus.rglob("*") if path.is_file())
    print(f"\n{'digests':16} {'side':7} {'digests/s':>10} {'MB/s':>8} {'MB/CPU s':>9} {'CPU us each':>12}")
    for name, paths in sets.items():
        best = {}
        for _ in range(given.rounds):
            for side, command in sides.items():
                one = ask(command, given.seconds, paths)
                before = best.setdefault(side, one)
                before["each"] = [min(pair) for pair in zip(before["each"], one["each"])]
                before["wall"], before["cpu"] = min(before["wall"], one["wall"]), min(before["cpu"], one["cpu"])
        size = sum(path.stat().st_size for path in paths) / MB
        for side, one in best.items():
            rate, cpu = 1 / one["wall"], one["cpu"] / len(paths) * 1e6
            row = f"{name:16} {side:7} {rate * len(paths):>10.1f} {rate * size:>8.1f} {size / one['cpu']:>9.1f} {cpu:>12.1f}"
            print(row, flush=True)
        if len(best) == 2:
            compare(name, best["Swift"], best["Python"], paths)


def ask(command: list, seconds: float, paths: list) -> dict:
    """What one process measured; the times are those of one pass."""
    lines = "".join(f"{path}\n" for path in paths)
    ended = subprocess.run([*command, str(seconds)], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    one = json.loads(ended.stdout)
    return one | {"wall": one["wall"] / one["passes"], "cpu": one["cpu"] / one["passes"]}


def compare(name: str, swift: dict, python: dict, paths: list) -> None:
    wall, cpu = (python[key] / swift[key] for key in ("wall", "cpu"))
    text = f"{name:16} ratio   {wall:>9.1f}x {'':18} {cpu:>11.1f}x"
    if len(paths) > 1:
        ratios = [theirs / ours for ours, theirs in zip(swift["each"], python["each"])]
        least = min(zip(ratios, paths))
        text += f"\n{'':16} per message: median {statistics.median(ratios):.1f}x, least {least[0]:.1f}x ({least[1].name}), "
        text += f"{sum(ratio >= 10 for ratio in ratios)} of {len(ratios)} at least 10x"
    differ = sum(ours != theirs for ours, theirs in zip(swift["digests"], python["digests"]))
    print(text + (f"   {differ} OTHER DIGESTS" if differ else ""), flush=True)


# Processes.


def processes(given, folder: pathlib.Path, has_python: bool) -> None:
    print()
    commands = {"Python": PYZOR} if has_python else {}
    if present(given.tamis, "its process"):
        (folder / "bin").mkdir()
        (folder / "bin/pyzor").symlink_to(pathlib.Path(given.tamis).resolve())
        commands["tamis"] = str(folder / "bin/pyzor")
    home = folder / "home"
    home.mkdir()
    server = start(home, commands) if commands and present(PYZORD, "pyzor check") else None
    print(f"{'process':16} {'side':7} {'size':>6} {'ms each':>10} {'CPU ms each':>12}")
    try:
        for order in ("digest", "check") if server else ("digest",):
            for size in (4 * KB, 100 * KB):
                race(given, order, size, message(folder, "plain", size), commands, home)
    finally:
        if server:
            server.terminate()
            server.wait()


def start(home: pathlib.Path, commands: dict):
    """A pyzord that answers; none where it does not within 20 seconds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([str(HERE.parent / "scripts/private-pyzord"), str(home), str(port)])
    ping = [next(iter(commands.values())), "--homedir", str(home), "-t", "1", "ping"]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        if (home / "servers").exists() and subprocess.run(ping, capture_output=True).returncode == 0:
            return server
        time.sleep(0.1)
    server.terminate()
    server.wait()
    print("skipped: pyzord does not answer, so without pyzor check")
    return None


def race(given, order: str, size: int, path: pathlib.Path, commands: dict, home: pathlib.Path) -> None:
    wall, cpu, said = {}, {}, {}
    for _ in range(5 if given.quick else 20):
        for side, command in commands.items():
            with path.open("rb") as source, (home / "output").open("wb+") as output:
                actions = [(os.POSIX_SPAWN_DUP2, source.fileno(), 0), (os.POSIX_SPAWN_DUP2, output.fileno(), 1)]
                began = time.perf_counter()
                child = os.posix_spawn(command, [command, "--homedir", str(home), order], os.environ, file_actions=actions)
                _, status, used = os.wait4(child, 0)
                wall.setdefault(side, []).append(time.perf_counter() - began)
                cpu.setdefault(side, []).append(used.ru_utime + used.ru_stime)
                output.seek(0)
                said.setdefault(side, set()).add((status, output.read()))
    middle = {side: (statistics.median(wall[side]) * 1e3, statistics.median(cpu[side]) * 1e3) for side in commands}
    for side, (each, used) in middle.items():
        print(f"pyzor {order:10} {side:7} {amount(size):>6} {each:>10.2f} {used:>12.2f}", flush=True)
    if len(middle) == 2:
        ratios = [theirs / ours for ours, theirs in zip(middle["tamis"], middle["Python"])]
        other = "" if said["tamis"] == said["Python"] else "   OTHER ANSWERS"
        print(f"pyzor {order:10} ratio   {amount(size):>6} {ratios[0]:>9.1f}x {ratios[1]:>11.1f}x{other}", flush=True)


# Memory.


def peaks(given, sides: dict, folder: pathlib.Path) -> None:
    print(f"\n{'peak memory':16} {'side':7} {'MB':>10} {'x message':>10}   (message included, the process before it not)")
    for kind in ("plain", "html", "multipart"):
        for size in (MB,) if given.quick else (MB, 16 * MB):
            path = message(folder, kind, size)
            for side, command in sides.items():
                peak, length = ask(command, 0, [path])["peak"], path.stat().st_size
                print(f"{kind + ' ' + amount(size):16} {side:7} {peak / MB:>10.1f} {peak / length:>9.1f}x", flush=True)


def amount(size: int) -> str:
    return f"{size // MB}MB" if size >= MB else f"{size // KB}KB"


main()

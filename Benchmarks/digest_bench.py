"""What PyzorBench does, with Python's pyzor: digests of the messages named on standard input, for some seconds.

    python3 -I digest_bench.py SECONDS <PATHS

`-I`: the script beside this one is called pyzor.py too.
"""

import email
import json
import pathlib
import sys
import time

from pyzor.digest import DataDigester


def digest(message: bytes) -> str:
    try:
        return DataDigester(email.message_from_bytes(message)).value
    except Exception:  # Whatever a message makes pyzor die of.
        return "none"


def memory(name: str) -> int:
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    seconds, base = float(sys.argv[1]), memory("VmRSS:")
    messages = [pathlib.Path(line.rstrip("\n")).read_bytes() for line in sys.stdin]
    digests = [digest(message) for message in messages]
    peak = memory("VmHWM:") - base
    best, passes = [float("inf")] * len(messages), 0
    used, start = time.process_time(), time.perf_counter()
    while passes == 0 or time.perf_counter() - start < seconds:
        for number, message in enumerate(messages):
            before = time.perf_counter()
            digest(message)
            best[number] = min(best[number], time.perf_counter() - before)
        passes += 1
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    print(json.dumps(dict(passes=passes, wall=wall, cpu=cpu, peak=peak, each=best, digests=digests)))


main()

"""Asks SYMBOLS by aiospamc as often as told, some at a time, and prints how long it took and what it cost.

    aiospamc_bench.py client|functions PORT REQUESTS AT_ONCE FILE

`client` is its Client with a connection manager that is ready, `functions` its module functions.
"""

import asyncio
import json
import resource
import sys
import time

import aiospamc
from aiospamc.client import Client
from aiospamc.connections import TcpConnectionManager
from aiospamc.requests import Request


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def main() -> None:
    kind, port, requests, at_once, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    with open(path, "rb") as file:
        message = file.read()
    client = Client(TcpConnectionManager(host="127.0.0.1", port=port))

    async def ask():
        if kind == "client":
            return await client.request(Request("SYMBOLS", body=message))
        return await aiospamc.symbols(message, host="127.0.0.1", port=port)

    failed = 0

    async def worker(share: int) -> None:
        nonlocal failed
        for _ in range(share):
            try:
                response = await ask()
                if response.body != b"MSGID_SHORT,RCVD_ILLEGAL_IP":
                    failed += 1
            except Exception:
                failed += 1

    await ask()
    start, before = time.monotonic(), cpu()
    shares = [requests // at_once + (1 if n < requests % at_once else 0) for n in range(at_once)]
    await asyncio.gather(*(worker(share) for share in shares))
    seconds, used = time.monotonic() - start, cpu() - before
    print(json.dumps({"requests": requests, "failed": failed, "seconds": seconds, "cpu_us": used / requests * 1e6}))


asyncio.run(main())

"""Does what the first object's `ioc_value` says: what only shows within CPython and under the real host."""

import os
import random
import sys
import time
from datetime import datetime, timezone

from sclera_sdk import Answer, Config, Description, Error, Event, Hooks, Ioc, Module, export, hook


def raises() -> Answer:
    raise ValueError("the value is wrong")


def reports() -> Answer:
    raise Error("upstream-unavailable", "the other server is away", retryable=True)


def recurses() -> Answer:
    return recurses()


def binary() -> None:
    sys.stdout.buffer.write(b"\x00\xff\x1b[31m\xfe\n")
    print("after it")


def opens() -> Answer:
    try:
        open("/etc/passwd")
    except OSError as error:
        return Answer.unchanged().say(type(error).__name__)
    return Answer.unchanged().say("it was opened")


def environment() -> Answer:
    return Answer.unchanged().say(f"{len(os.environ)} {sys.argv}")


def clock() -> Answer:
    time.sleep(1.5)
    return Answer.unchanged().say(datetime.now(timezone.utc).isoformat(timespec="milliseconds"))


def chance() -> Answer:
    return Answer.unchanged().say(str(random.random() != random.random()))


def loops() -> Answer:
    while True:
        pass


DO = {
    "nothing": lambda: None,
    "a text": lambda: "unchanged",
    "raises": raises,
    "reports": reports,
    "exits": lambda: sys.exit(3),
    "exits at once": lambda: os._exit(3),
    "recurses": recurses,
    "eats memory": lambda: [bytearray(1 << 20) for _ in range(1 << 20)],
    "binary": binary,
    "opens": opens,
    "environment": environment,
    "clock": clock,
    "chance": chance,
    "loops": loops,
}


@export
class Ends(Module):
    def describe(self) -> Description:
        return Description("ends-python", "0.1.0", "Ends as it is told to.")

    def register(self, hooks: Hooks, config: Config) -> None:
        hooks.subscribe(hook.PRELOAD_IOC_CREATE)

    def handle(self, event: Event, config: Config) -> Answer:
        return DO[event.objects(Ioc)[0].ioc_value]()

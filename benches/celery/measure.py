"""Publishes jobs for some seconds with one caller and with many, then a number of jobs until all are over.

Prints one JSON object. `measure.py SECONDS CALLERS JOBS PAYLOAD`; the worker runs already, and is idle.
"""

import json
import os
import sys
import threading
import time

from noop import noop

SECONDS, CALLERS, JOBS, PAYLOAD = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]


def done():
    return os.stat(os.environ["NOOP_DONE"]).st_size


def wait_for(count):
    while done() < count:
        time.sleep(0.005)


def together(callers, work):
    threads = [threading.Thread(target=work) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def accepts(callers):
    """Jobs published per second; and waits until they are over."""
    counts = []

    def publish():
        published, end = 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            noop.delay(PAYLOAD)
            published += 1
        counts.append(published)

    before, began = done(), time.monotonic()
    together(callers, publish)
    took = time.monotonic() - began
    wait_for(before + sum(counts))
    return sum(counts) / took


def end_to_end(jobs):
    """Jobs per second, from the first that is published to the last that is over."""
    before, began = done(), time.monotonic()
    each = jobs // CALLERS

    def publish():
        for _ in range(each):
            noop.delay(PAYLOAD)

    together(CALLERS, publish)
    wait_for(before + each * CALLERS)
    return each * CALLERS / (time.monotonic() - began)


noop.delay(PAYLOAD)
wait_for(1)
print(json.dumps({"one": accepts(1), "many": accepts(CALLERS), "end_to_end": end_to_end(JOBS)}))

"""The job that does nothing, for the comparison in `cargo xtask bench deliveries`.

Celery as one runs it when nothing may be lost: messages that survive the broker, publishing that waits for the broker's
word, and a worker that acknowledges a job when it is over.
"""

import os

from celery import Celery

app = Celery("noop", broker=os.environ["NOOP_BROKER"])
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_default_delivery_mode="persistent",
    task_default_queue="noop",
    task_ignore_result=True,
    task_serializer="json",
    worker_prefetch_multiplier=4,
    worker_send_task_events=False,
)

DONE = os.open(os.environ["NOOP_DONE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


@app.task
def noop(payload):
    # One byte for each job that is over: whoever measures sees the length of the file.
    os.write(DONE, b".")

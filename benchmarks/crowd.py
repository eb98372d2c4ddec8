"""Users who upload photos, one after the other, for Locust: `benchmarks/web.py` starts them.

A user who is told that all are busy waits for as long as the server says, and goes on with the next photo.
"""

import os
from itertools import cycle
from pathlib import Path

from locust import FastHttpUser, constant, task

PHOTOS = [path.read_bytes() for path in sorted(Path(os.environ["PHOTOS"]).glob("*.jpg"))]
"""What they upload; benchmarks/web.py says where it lies."""


class Visitor(FastHttpUser):
    """Uploads a photo, looks at the answer for a second, and uploads the next."""

    wait_time = constant(1)

    def on_start(self) -> None:
        """Begin with another photo than the user before."""
        self.photos = cycle(PHOTOS)

    @task
    def upload(self) -> None:
        """Upload a photo. Answers are counted by what they are: read, or refused because all were busy."""
        headers = {"Content-Type": "image/jpeg"}
        with self.client.post("/v1/read", next(self.photos), headers=headers, catch_response=True) as answer:
            if answer.status_code == 200 and answer.json()["readings"][0]["lines"]:
                answer.request_meta["name"] = "read"
                answer.success()
            elif answer.status_code == 429 and "Retry-After" in answer.headers:
                answer.request_meta["name"] = "refused"
                answer.success()
            else:
                answer.request_meta["name"] = "failed"
                answer.failure(f"{answer.status_code} {answer.text}")

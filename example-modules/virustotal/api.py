"""VirusTotal's API, version 3: https://docs.virustotal.com/reference/overview."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sclera_sdk import Error, JsonObject, http

from indicator import Indicator
from settings import Settings

BASE = "https://www.virustotal.com/api/v3/"

TIMEOUT = 20.0
"""Seconds. VirusTotal answers in less than one, as a rule."""


@dataclass
class Report:
    """What VirusTotal knows about an indicator."""

    attributes: JsonObject
    stats: dict[str, int] = field(init=False)
    """How many engines say what: ``malicious``, ``suspicious``, ``harmless``, ``undetected`` and more."""

    def __post_init__(self) -> None:
        stats = self.attributes.get("last_analysis_stats")
        counts = stats.items() if isinstance(stats, dict) else ()
        self.stats = {name: count for name, count in counts if isinstance(count, int) and not isinstance(count, bool)}


def look_up(indicator: Indicator, chosen: Settings) -> Report | None:
    """Asks about an indicator. None if VirusTotal does not know it.

    What may work later is an error that can be tried again: no answer in time, a used up quota, a fault of VirusTotal.
    """
    response = http.get(BASE + indicator.path, headers={"x-apikey": chosen.api_key, "accept": "application/json"}, timeout=TIMEOUT)
    if response.status == 404:
        return None
    content = _json(response)
    if response.status == 200:
        data = content.get("data")
        attributes = data.get("attributes") if isinstance(data, dict) else None
        if not isinstance(attributes, dict):
            raise Error("virustotal-answer", f"VirusTotal's answer about {indicator.value} has no attributes")
        return Report(attributes)
    raise _failure(indicator, response.status, content)


def _json(response: http.Response) -> JsonObject:
    try:
        content = response.json()
    except ValueError:
        if response.status == 200:
            raise Error("virustotal-answer", "VirusTotal's answer is not JSON") from None
        content = None
    return content if isinstance(content, dict) else {}


def _failure(indicator: Indicator, status: int, content: JsonObject) -> Error:
    error: Any = content.get("error")
    error = error if isinstance(error, dict) else {}
    why = f"{error.get('code', 'no code')}, status {status}"
    if status in (401, 403):
        message = f"VirusTotal does not take the API key ({why}): check the secret `vt_api_key`, and what its account may do"
        return Error("virustotal-credentials", message)
    if status == 429:
        return Error("virustotal-quota", f"the quota of VirusTotal's API is used up ({why})", retryable=True)
    if status >= 500:
        return Error("virustotal-unavailable", f"VirusTotal cannot answer now ({why})", retryable=True)
    return Error("virustotal-answer", f"VirusTotal did not understand the question about {indicator.value} ({why})")

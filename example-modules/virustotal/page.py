"""The report, as the fields of a tab.

It says nothing that is not in VirusTotal's answer, not even when it was asked, so that the same answer gives the same report. The server
shows the report as HTML: everything that comes from elsewhere is escaped.
"""

from __future__ import annotations

from datetime import datetime, timezone
from html import escape
from typing import Any
from urllib.parse import quote

from api import Report
from indicator import Indicator
from verdict import Verdict

INDICATOR = "Indicator"
VERDICT = "Verdict"
REPORT = "Report"

LONGEST = 300
"""Characters of one detail."""

DETAILS = {
    "reputation": "Reputation",
    "asn": "Autonomous system",
    "as_owner": "Its owner",
    "country": "Country",
    "network": "Network",
    "registrar": "Registrar",
    "creation_date": "Registered",
    "title": "Title",
    "last_final_url": "Leads to",
    "last_http_response_code": "Status",
    "meaningful_name": "Name",
    "type_description": "Type",
    "size": "Bytes",
    "sha256": "SHA-256",
    "sha1": "SHA-1",
    "md5": "MD5",
    "first_submission_date": "First seen",
    "last_analysis_date": "Last analysed",
    "categories": "Categories",
    "tags": "Tags",
    "popular_threat_classification": "Threat",
}
"""The attributes that are shown, with what they are called."""

PLACES = {"ip": "ip-address", "domain": "domain", "url": "url", "hash": "file"}


def fields(indicator: Indicator, report: Report | None, verdict: Verdict) -> dict[str, str]:
    """The fields of the tab, by their names."""
    return {INDICATOR: indicator.value, VERDICT: verdict.sentence, REPORT: _html(indicator, report, verdict)}


def _html(indicator: Indicator, report: Report | None, verdict: Verdict) -> str:
    link = f"https://www.virustotal.com/gui/{PLACES[indicator.kind]}/{quote(indicator.path.split('/', 1)[1], safe='%')}"
    parts = [
        f"<p><strong>{escape(indicator.value[:LONGEST])}</strong>: {escape(verdict.sentence)}.</p>",
        f'<p><a href="{escape(link)}" target="_blank" rel="noopener noreferrer">Report at VirusTotal</a></p>',
    ]
    if report is not None:
        counts = sorted(report.stats.items(), key=lambda count: (-count[1], count[0]))
        parts.append(_table("Engines", [(name, str(count)) for name, count in counts if count]))
        details = [(title, _detail(name, report.attributes.get(name))) for name, title in DETAILS.items()]
        parts.append(_table("Details", [(title, detail) for title, detail in details if detail]))
        detections = _detections(report)
        parts.append(_table("Detections", detections))
    return "".join(parts)


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f'<h4>{escape(title)}</h4><table class="table table-sm">{cells}</table>'


def _detail(name: str, value: Any) -> str:
    if name == "popular_threat_classification" and isinstance(value, dict):
        value = value.get("suggested_threat_label")
    if name.endswith("_date") and isinstance(value, int) and 0 < value < 2**36:
        return datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, dict):
        value = sorted({str(item) for item in value.values()})
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    return "" if value is None or isinstance(value, bool) else str(value)[:LONGEST]


def _detections(report: Report, most: int = 25) -> list[tuple[str, str]]:
    """Which engines say something bad, and what."""
    results = report.attributes.get("last_analysis_results")
    found = []
    for engine, result in results.items() if isinstance(results, dict) else ():
        if isinstance(result, dict) and result.get("category") in ("malicious", "suspicious"):
            found.append((str(engine)[:LONGEST], str(result.get("result") or result["category"])[:LONGEST]))
    found.sort()
    return found[:most] + ([("…", f"{len(found) - most} more")] if len(found) > most else [])

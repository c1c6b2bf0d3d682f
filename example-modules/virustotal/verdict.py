"""What VirusTotal's report means for an IOC."""

from __future__ import annotations

from dataclasses import dataclass

from api import Report
from settings import Settings

MALICIOUS, SUSPICIOUS, HARMLESS, UNKNOWN = VERDICTS = ("malicious", "suspicious", "harmless", "unknown")


@dataclass(frozen=True)
class Verdict:
    """What it means."""

    name: str
    """One of :data:`VERDICTS`."""
    sentence: str
    """For the user: ``malicious, say 12 of 94 engines``."""
    tags: list[str]
    """The tags that the IOC should have."""
    other_tags: list[str]
    """Those of other verdicts, which it should not have any more."""


def judge(report: Report | None, chosen: Settings) -> Verdict:
    """Compares how many engines say something bad with the thresholds."""
    if report is None:
        name, sentence = UNKNOWN, "unknown to VirusTotal"
    else:
        malicious = report.stats.get("malicious", 0)
        suspicious = report.stats.get("suspicious", 0)
        # Those that had no time, or that this is nothing for, have no vote.
        engines = sum(report.stats.get(vote, 0) for vote in ("malicious", "suspicious", "harmless", "undetected"))
        if malicious >= chosen.malicious_from:
            name, sentence = MALICIOUS, f"malicious, say {malicious} of {engines} engines"
        elif malicious + suspicious >= chosen.suspicious_from:
            name, sentence = SUSPICIOUS, f"suspicious, say {malicious + suspicious} of {engines} engines"
        else:
            name, sentence = HARMLESS, f"not suspicious, say {engines} engines" if engines else "not analysed yet"
    wanted = {HARMLESS: chosen.tag_harmless and bool(report and report.stats), UNKNOWN: chosen.tag_unknown}
    tags = [f"{chosen.tag_prefix}:{name}"] if wanted.get(name, True) else []
    asn = report.attributes.get("asn") if report is not None else None
    if chosen.tag_asn and isinstance(asn, int) and not isinstance(asn, bool):
        tags.append(f"{chosen.tag_prefix}:AS{asn}")
    all_verdicts = [f"{chosen.tag_prefix}:{verdict}" for verdict in VERDICTS]
    return Verdict(name, sentence, tags, [tag for tag in all_verdicts if tag not in tags])

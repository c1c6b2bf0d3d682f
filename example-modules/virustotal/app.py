"""VirusTotal insight: what VirusTotal knows about an IOC, as tags and as a tab of it."""

from __future__ import annotations

import logging

from sclera_sdk import Action, Answer, Config, Description, Event, HookKind, Hooks, Ioc, Module, export, hook

import page
import settings
from api import Report, look_up
from indicator import Indicator, NotAsked
from settings import Settings
from verdict import Verdict, judge

log = logging.getLogger("virustotal")

MENU = "Get VT insight"


@export
class VirusTotal(Module):
    def describe(self) -> Description:
        return (
            Description(
                "virustotal",
                "1.0.0",
                "Looks IP addresses, domains, URLs and hashes up in VirusTotal, tags the IOC with the verdict, and writes a report into it",
                config_schema=settings.SCHEMA,
            )
            .ask(
                "http",
                {"origins": ["https://www.virustotal.com"], "methods": ["GET"]},
                "asks VirusTotal about the value of an IOC",
            )
            .ask("secrets", {"names": ["vt_api_key"]}, "is known to VirusTotal by your API key")
            .ask("actions", {"update": ["ioc"]}, "writes the verdict and the report into the IOC")
        )

    def register(self, hooks: Hooks, config: Config) -> None:
        chosen = Settings.of(config)
        if chosen.on_create:
            hooks.subscribe(hook.POSTLOAD_IOC_CREATE)
        if chosen.on_update:
            hooks.subscribe(hook.POSTLOAD_IOC_UPDATE)
        if chosen.manual:
            # The user waits for the verdict.
            hooks.subscribe(hook.MANUAL_TRIGGER_IOC, menu=MENU, synchronous=True)

    def handle(self, event: Event, config: Config) -> Answer:
        chosen = Settings.of(config)
        answer = Answer.unchanged()
        said = []
        for ioc in event.objects(Ioc):
            try:
                indicator = Indicator.of(ioc, chosen)
                if event.hook == hook.POSTLOAD_IOC_UPDATE and is_known(ioc, indicator, chosen):
                    raise NotAsked("its value is the one of the report")
            except NotAsked as reason:
                log.info("%s was not looked up: %s", ioc.ioc_value, reason)
                said.append(f"{ioc.ioc_value} was not looked up: {reason}")
                continue
            report = look_up(indicator, chosen)
            verdict = judge(report, chosen)
            log.info("%s: %s", indicator.value, verdict.sentence)
            said.append(f"{indicator.value}: {verdict.sentence}")
            action = update(ioc, indicator, report, verdict, chosen)
            if action is not None:
                answer.act(action)
        # Of the others, nobody reads it.
        return answer.say("\n".join(said)) if event.kind is HookKind.MANUAL else answer


def is_known(ioc: Ioc, indicator: Indicator, chosen: Settings) -> bool:
    """Whether the report of this value is there: the update was about something else, or is this module's own."""
    return chosen.report_as_attribute and ioc.custom_attributes.get(chosen.tab, page.INDICATOR) == indicator.value


def update(
    ioc: Ioc, indicator: Indicator, report: Report | None, verdict: Verdict, chosen: Settings
) -> Action | None:
    """What is to be changed of the IOC. None if it is so already, because a change makes the server tell of an update again."""
    if ioc.id is None:
        return None
    action = Action.update(Ioc.KIND, ioc.id)
    for tag in verdict.tags:
        if tag not in ioc.ioc_tags:
            action.add_tag(tag)
    for tag in verdict.other_tags:
        if tag in ioc.ioc_tags:
            action.remove_tag(tag)
    # A report of an earlier value must not stay.
    if chosen.report_as_attribute and (report is not None or ioc.custom_attributes.get(chosen.tab, page.INDICATOR)):
        for field, value in page.fields(indicator, report, verdict).items():
            if ioc.custom_attributes.get(chosen.tab, field) != value:
                action.custom_attribute(chosen.tab, field, value, type="html" if field == page.REPORT else "input_string")
    return action if action.change else None

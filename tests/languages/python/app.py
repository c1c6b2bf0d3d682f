"""Refangs, normalises and checks the values of IOCs before they are saved."""

import logging

from sclera_sdk import Action, Answer, Config, Description, Event, Hooks, Ioc, Module, Reject, export, hook

from indicator import Fault, read

log = logging.getLogger("ioc-guard")


@export
class IocGuard(Module):
    def describe(self) -> Description:
        properties = {
            "tag_changes": {"type": "boolean", "default": True},
            "tag_prefix": {"type": "string", "default": "ioc-guard", "pattern": r"^[^,\s][^,]*$"},
            "reject_invalid": {"type": "boolean", "default": True},
            "reject_private_ips": {"type": "boolean", "default": False},
        }
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        description = Description("ioc-guard-python", "0.1.0", "Refangs, normalises and checks the values of IOCs.", schema)
        return description.ask("actions", {"update": ["ioc"]}, "tags an IOC whose update says nothing of its tags")

    def register(self, hooks: Hooks, config: Config) -> None:
        for name in (hook.PRELOAD_IOC_CREATE, hook.PRELOAD_IOC_UPDATE):
            hooks.subscribe(name, priority=-100)

    def handle(self, event: Event, config: Config) -> Answer:
        actions = []

        def edit(ioc: Ioc) -> None:
            tags = guard(ioc, config)
            if event.hook == hook.PRELOAD_IOC_UPDATE and "ioc_tags" not in ioc:
                # Tags in the request would replace those that the IOC has.
                if tags and ioc.id is not None:
                    action = Action.update(Ioc.KIND, ioc.id)
                    for tag in tags:
                        action.add_tag(tag)
                    actions.append(action)
            else:
                for tag in tags:
                    ioc.ioc_tags.add(tag)

        answer = event.edit(Ioc, edit)
        # A request that is refused changes nothing.
        return answer if answer.outcome == "reject" else answer.act(*actions)


def guard(ioc: Ioc, config: Config) -> list[str]:
    """Puts the value right, and says which tags tell of it."""
    kind, sent = ioc.kind, ioc.ioc_value
    if kind is None or sent is None:
        return []
    prefix = config.text("tag_prefix", "ioc-guard")
    try:
        value, refanged, normalised = read(kind, sent, config.boolean("reject_private_ips", False))
    except Fault as fault:
        if config.boolean("reject_invalid", True):
            raise Reject(str(fault), at="/ioc_value") from None
        log.warning("%s", fault)
        return [f"{prefix}:suspect"]
    if value != sent:
        ioc.ioc_value = value
    if not config.boolean("tag_changes", True):
        return []
    return [f"{prefix}:{what}" for what, is_so in (("refanged", refanged), ("normalised", normalised)) if is_so]

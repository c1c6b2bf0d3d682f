"""Adds a tag to every new IOC."""

import logging

from sclera_sdk import Answer, Config, Description, Event, Hooks, Ioc, Module, Reject, export, hook

log = logging.getLogger("{{name}}")


@export
class {{name_pascal}}(Module):
    def describe(self) -> Description:
        schema = {
            "type": "object",
            "properties": {"tag": {"type": "string", "description": "The tag to add.", "default": "new"}},
            "additionalProperties": False,
        }
        return Description("{{name}}", "0.1.0", "Adds a tag to every new IOC", config_schema=schema)

    def register(self, hooks: Hooks, config: Config) -> None:
        # Before an IOC is saved: this may change it, or refuse it.
        hooks.subscribe(hook.PRELOAD_IOC_CREATE)

    def handle(self, event: Event, config: Config) -> Answer:
        tag = config.text("tag", "new")

        def edit(ioc: Ioc) -> None:
            if not ioc.ioc_value:
                raise Reject("an IOC needs a value", at="/ioc_value")
            if ioc.ioc_tags.add(tag):
                log.info("tagged %s", ioc.ioc_value)

        return event.edit(Ioc, edit)

"""The module in Python that is measured: see ../README.md."""

from sclera_sdk import Answer, Asset, Config, Description, Event, Hooks, Module, export, hook


@export
class Measured(Module):
    def describe(self) -> Description:
        return Description("bench-python", "1.0.0", "Is measured.")

    def register(self, hooks: Hooks, config: Config) -> None:
        for name in (hook.PRELOAD_IOC_CREATE, hook.PRELOAD_ASSET_CREATE, hook.PRELOAD_NOTE_CREATE):
            hooks.subscribe(name)

    def handle(self, event: Event, config: Config) -> Answer:
        if event.hook == hook.PRELOAD_ASSET_CREATE:
            return event.edit(Asset, lambda asset: asset.asset_tags.add("measured"))
        if event.hook == hook.PRELOAD_NOTE_CREATE:
            return Answer.replace(event.objects())
        return Answer.unchanged()

"""Asks the server at ``url``, and tells the user what it said."""

from sclera_sdk import Answer, Config, Description, Event, Hooks, Module, export, hook, http


@export
class Probe(Module):
    def describe(self) -> Description:
        schema = {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}
        about = Description("probe", "1.0.0", "Asks a server", config_schema=schema)
        return about.ask("http", {"origins": ["https://probe.example"]}, "asks the server that you name")

    def register(self, hooks: Hooks, config: Config) -> None:
        hooks.subscribe(hook.MANUAL_TRIGGER_IOC)

    def handle(self, event: Event, config: Config) -> Answer:
        response = http.get(config.text("url"))
        return Answer.unchanged().say(f"{response.status} {response.text}")

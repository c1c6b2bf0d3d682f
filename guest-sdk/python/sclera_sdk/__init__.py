"""Write Sclera modules in Python.

Sclera gives any server the hook system of DFIR-IRIS: a module says which hooks it listens to, and is called when they happen: before an
object is committed (*preload*), after (*postload*), or when a user chooses the module's entry in a menu (*manual*). Each module runs
in a sandbox of its own. This is a whole module::

    import logging

    from sclera_sdk import Answer, Config, Description, Event, Hooks, Ioc, Module, Reject, export, hook

    log = logging.getLogger("tagger")

    @export
    class Tagger(Module):
        def describe(self) -> Description:
            schema = {"type": "object", "properties": {"tag": {"type": "string"}}, "required": ["tag"]}
            return Description("tagger", "1.0.0", "Tags every new IOC.", config_schema=schema)

        def register(self, hooks: Hooks, config: Config) -> None:
            hooks.subscribe(hook.PRELOAD_IOC_CREATE, priority=-10)

        def handle(self, event: Event, config: Config) -> Answer:
            def tag(ioc: Ioc) -> None:
                if not ioc.ioc_value:
                    raise Reject("an IOC needs a value", at="/ioc_value")
                ioc.ioc_tags.add(config.text("tag"))

            return event.edit(Ioc, tag)

Build it with ``sclera build``; test it with ``python -m unittest`` and a :class:`sclera_sdk.mock.MockHost`, and as a component with
``sclera test``. What a module imports has to be imported at the top of its files: a component has no files to import later.
"""

from . import hook, http
from .action import Action
from .answer import Answer
from .config import Config
from .description import Capability, Description
from .errors import Error, Reject
from .event import Event, HookKind
from .hooks import Fault, Hooks, Policy, Subscription
from .ioc_type import IocType
from .jsontext import Json, JsonObject, merge
from .metadata import Metadata
from .module import Module, export
from .objects import Asset, Case, Evidence, GlobalTask, Ioc, Note, Report, Task, TimelineEvent
from .tlp import Tlp
from .views import CustomAttributes, Object, Tags

__all__ = [
    "Action",
    "Answer",
    "Asset",
    "Capability",
    "Case",
    "Config",
    "CustomAttributes",
    "Description",
    "Error",
    "Event",
    "Evidence",
    "Fault",
    "GlobalTask",
    "HookKind",
    "Hooks",
    "Ioc",
    "IocType",
    "Json",
    "JsonObject",
    "Metadata",
    "Module",
    "Note",
    "Object",
    "Policy",
    "Reject",
    "Report",
    "Subscription",
    "Tags",
    "Task",
    "TimelineEvent",
    "Tlp",
    "export",
    "hook",
    "http",
    "merge",
]

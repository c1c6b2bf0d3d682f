"""Changes that a module asks the server to make."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from .jsontext import Json, JsonObject

Operation: TypeAlias = Literal["create", "update", "delete"]
"""What an action does to its object."""


class Action:
    """A change that a module asks the server to make to one of the server's objects: the contract's ``action``.

    >>> update = Action.update("ioc", 12).set("ioc_description", "a sinkhole since 2021").add_tag("sinkhole")
    >>> create = Action.create("task").set("task_title", "Call the hoster").in_case(4)
    >>> create.change
    {'fields': {'task_title': 'Call the hoster'}, 'case_id': 4}
    """

    def __init__(self, operation: Operation, kind: str, target: str | None) -> None:
        self.operation: Operation = operation
        self.kind = kind
        self.target = target
        self.change: JsonObject = {}

    @classmethod
    def create(cls, kind: str) -> Action:
        """Makes a new object of this kind."""
        return cls("create", kind, None)

    @classmethod
    def update(cls, kind: str, target: int | str) -> Action:
        """Changes the object of this kind with the id ``target``."""
        return cls("update", kind, str(target))

    @classmethod
    def delete(cls, kind: str, target: int | str) -> Action:
        """Removes the object of this kind with the id ``target``."""
        return cls("delete", kind, str(target))

    def set(self, field: str, value: Json) -> Action:
        """Sets a field of the object, by the name that the payload uses."""
        self.change.setdefault("fields", {})[field] = value
        return self

    def add_tag(self, tag: str) -> Action:
        """Adds a tag. Adding one that is there changes nothing."""
        self._tags("add").append(tag)
        return self

    def remove_tag(self, tag: str) -> Action:
        """Removes a tag. Removing one that is not there changes nothing."""
        self._tags("remove").append(tag)
        return self

    def custom_attribute(self, tab: str, field: str, value: Json, *, type: str = "input_string") -> Action:
        """Sets a custom attribute: a plain text, or of another type that the server knows. Other tabs and fields stay."""
        tabs = self.change.setdefault("custom_attributes", {})
        tabs.setdefault(tab, {})[field] = {"type": type, "value": value}
        return self

    def html_attribute(self, tab: str, field: str, html: str) -> Action:
        """Sets a custom attribute that the server shows as HTML, without escaping anything.

        Escape whatever comes from somewhere else with ``html.escape``, such as the value of an IOC.
        """
        return self.custom_attribute(tab, field, html, type="html")

    def comment(self, text: str) -> Action:
        """Adds a comment to the object."""
        self.change.setdefault("comments", []).append(text)
        return self

    def in_case(self, case_id: int) -> Action:
        """For a create, the case in which to make the object. Default: the event's case."""
        self.change["case_id"] = case_id
        return self

    def _tags(self, what: str) -> list[Any]:
        tags: list[Any] = self.change.setdefault("tags", {}).setdefault(what, [])
        return tags

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Action) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"Action({self.operation} {self.kind} {self.target}: {self.change!r})"

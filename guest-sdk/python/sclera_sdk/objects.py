"""Typed views of the objects in a payload. The attributes have the names that the payload uses."""

# Written by `cargo xtask generate` from the catalog of hooks. Do not edit.

from __future__ import annotations

from . import views


class Ioc(views.Typed):
    """An indicator of compromise."""

    KIND = "ioc"
    ID = "ioc_id"

    ioc_value = views.text()
    """The indicator itself: an address, a name, a hash…"""

    ioc_type_id = views.integer()
    """Id of its type; ``kind`` tells the well-known ones."""

    ioc_tlp_id = views.tlp()
    """How far it may be shared."""

    ioc_description = views.text()
    """What is known about the indicator, in Markdown."""

    ioc_tags = views.tags()
    """Tags, comma-separated."""

    custom_attributes = views.custom_attributes()
    """The server's own fields."""

    ioc_id = views.integer()
    """Id of the IOC."""

    ioc_uuid = views.text()
    """Its identity across servers."""

    ioc_type = views.json_object()
    """The indicator's type."""

    ioc_misp = views.text()
    """The indicator's identity in MISP."""

    ioc_enrichment = views.anything()
    """What other systems know about the indicator."""

    user_id = views.integer()
    """Id of the user who added the IOC."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class Asset(views.Object):
    """A machine, an account or whatever else an incident touches."""

    KIND = "asset"
    ID = "asset_id"

    asset_name = views.text()
    """Name of the machine or the account."""

    asset_type_id = views.integer()
    """Id of the asset's type."""

    analysis_status_id = views.integer()
    """Id of how far the analysis has come."""

    asset_ip = views.text()
    """IP address of the asset."""

    asset_domain = views.text()
    """Domain that the asset belongs to."""

    asset_description = views.text()
    """What the asset is, in Markdown."""

    asset_tags = views.tags()
    """Tags, comma-separated."""

    custom_attributes = views.custom_attributes()
    """The server's own fields."""

    ioc_links = views.integers()
    """Ids of the IOCs to link to the asset."""

    asset_id = views.integer()
    """Id of the asset."""

    asset_uuid = views.text()
    """Its identity across servers."""

    asset_type = views.json_object()
    """The asset's type."""

    asset_info = views.text()
    """More about the asset."""

    asset_compromise_status_id = views.integer()
    """Id of whether the asset is compromised."""

    asset_enrichment = views.anything()
    """What other systems know about the asset."""

    analysis_status = views.json_object()
    """How far the analysis has come."""

    alerts = views.items()
    """The alerts in which the asset appears."""

    case_id = views.integer()
    """Id of the asset's case."""

    date_added = views.text()
    """When the asset was added."""

    date_update = views.text()
    """When the asset was last changed."""

    user_id = views.integer()
    """Id of the user who added the asset."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class Note(views.Object):
    """A note of a case."""

    KIND = "note"
    ID = "note_id"

    note_title = views.text()
    """The note's title."""

    note_content = views.text()
    """The note itself, in Markdown."""

    directory_id = views.integer()
    """Id of the directory that the note is in."""

    custom_attributes = views.custom_attributes()
    """The server's own fields."""

    note_id = views.integer()
    """Id of the note."""

    note_uuid = views.text()
    """Its identity across servers."""

    note_user = views.integer()
    """Id of the user who wrote the note."""

    note_creationdate = views.text()
    """When the note was written."""

    note_lastupdate = views.text()
    """When the note was last changed."""

    note_case_id = views.integer()
    """Id of the note's case."""

    directory = views.json_object()
    """The directory: its id, name, parent_id and case_id."""

    comments = views.items()
    """The comments on the note."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class TimelineEvent(views.Object):
    """An event of a case's timeline."""

    KIND = "event"
    ID = "event_id"

    event_title = views.text()
    """What happened, in a line."""

    event_date = views.text()
    """When it happened, by the clock of event_tz: a date and time without time zone."""

    event_tz = views.text()
    """The time zone of event_date, as an offset: `+02:00`."""

    event_category_id = views.integer()
    """Id of the event's category."""

    event_source = views.text()
    """Where it was seen, such as the name of a log."""

    event_content = views.text()
    """What happened, in Markdown."""

    event_raw = views.text()
    """The original record."""

    event_tags = views.tags()
    """Tags, comma-separated."""

    event_color = views.text()
    """The event's colour in the timeline: `#1572E899`."""

    event_in_summary = views.boolean()
    """Whether the event is part of the case's summary."""

    event_in_graph = views.boolean()
    """Whether the event is part of the case's graph."""

    custom_attributes = views.custom_attributes()
    """The server's own fields."""

    event_assets = views.integers()
    """Ids of the assets that the event happened to."""

    event_iocs = views.integers()
    """Ids of the IOCs that the event shows."""

    event_sync_iocs_assets = views.boolean()
    """Whether to link those IOCs and assets to each other as well."""

    event_id = views.integer()
    """Id of the event."""

    event_uuid = views.text()
    """Its identity across servers."""

    case_id = views.integer()
    """Id of the event's case."""

    parent_event_id = views.integer()
    """Id of the event that this one belongs to."""

    event_date_wtz = views.text()
    """When it happened, with event_tz taken away."""

    event_added = views.text()
    """When the event was added."""

    event_is_flagged = views.boolean()
    """Whether a user marked the event."""

    children = views.items()
    """The events that belong to this one."""

    user_id = views.integer()
    """Id of the user who added the event."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class Evidence(views.Object):
    """A piece of evidence: a file, as a rule."""

    KIND = "evidence"
    ID = "id"

    filename = views.text()
    """Name of the file."""

    file_size = views.integer()
    """Size of the file in bytes."""

    file_hash = views.text()
    """Hash of the file, in hexadecimal."""

    file_description = views.text()
    """What the file is and where it comes from."""

    type_id = views.integer()
    """Id of the evidence's type."""

    custom_attributes = views.custom_attributes()
    """The server's own fields."""

    file_uuid = views.text()
    """Its identity across servers."""

    date_added = views.text()
    """When the evidence was registered."""

    acquisition_date = views.text()
    """When the evidence was acquired."""

    start_date = views.text()
    """The first moment that the evidence covers."""

    end_date = views.text()
    """The last moment that the evidence covers."""

    case = views.json_object()
    """The evidence's case."""

    case_id = views.integer()
    """Id of the evidence's case."""

    user_id = views.integer()
    """Id of the user who registered the evidence."""

    user = views.json_object()
    """The user who registered the evidence."""

    chain_of_custody = views.anything()
    """Who had the evidence, and when."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class Task(views.Object):
    """A task of a case."""

    KIND = "task"
    ID = "id"

    task_title = views.text()
    """What is to be done, in a line."""

    task_status_id = views.integer()
    """Id of the task's status."""

    task_description = views.text()
    """What is to be done, in Markdown."""

    task_tags = views.tags()
    """Tags, comma-separated."""

    custom_attributes = views.custom_attributes()
    """The server's own fields."""

    task_assignees_id = views.integers()
    """Ids of the users who are to do the task."""

    task_uuid = views.text()
    """Its identity across servers."""

    task_open_date = views.text()
    """When the task was opened."""

    task_close_date = views.text()
    """When the task was closed; null while it is open."""

    task_last_update = views.text()
    """When the task was last changed."""

    task_userid_open = views.integer()
    """Id of the user who opened the task."""

    task_userid_close = views.integer()
    """Id of the user who closed the task."""

    task_userid_update = views.integer()
    """Id of the user who last changed the task."""

    task_case_id = views.integer()
    """Id of the task's case."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class GlobalTask(views.Object):
    """A task that belongs to no case."""

    KIND = "global_task"
    ID = "task_id"

    task_title = views.text()
    """What is to be done, in a line."""

    task_assignee_id = views.integer()
    """Id of the user who is to do the task."""

    task_status_id = views.integer()
    """Id of the task's status."""

    task_description = views.text()
    """What is to be done, in Markdown."""

    task_tags = views.tags()
    """Tags, comma-separated."""

    task_id = views.integer()
    """Id of the task."""

    task_uuid = views.text()
    """Its identity across servers."""

    task_open_date = views.text()
    """When the task was opened."""

    task_close_date = views.text()
    """When the task was closed; null while it is open."""

    task_last_update = views.text()
    """When the task was last changed."""

    task_userid_open = views.integer()
    """Id of the user who opened the task."""

    task_userid_close = views.integer()
    """Id of the user who closed the task."""

    task_userid_update = views.integer()
    """Id of the user who last changed the task."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class Case(views.Object):
    """A case."""

    KIND = "case"
    ID = "case_id"

    classification_id = views.integer()
    """Id of the incident's classification."""

    custom_attributes = views.custom_attributes()
    """The server's own fields."""

    case_name = views.text()
    """The name to give to the case."""

    case_description = views.text()
    """What the case is about, in Markdown."""

    case_soc_id = views.text()
    """The case's number in another system, such as a ticket."""

    case_customer = views.integer()
    """Id of the customer whom the case concerns."""

    case_template_id = views.integer()
    """Id of the template to fill the case from."""

    case_id = views.integer()
    """Id of the case."""

    case_uuid = views.text()
    """Its identity across servers."""

    name = views.text()
    """The case's name."""

    description = views.text()
    """What the case is about, in Markdown."""

    soc_id = views.text()
    """The case's number in another system, such as a ticket."""

    client_id = views.integer()
    """Id of the customer whom the case concerns."""

    client = views.json_object()
    """The customer."""

    owner_id = views.integer()
    """Id of the user who answers for the case."""

    owner = views.json_object()
    """The user who answers for the case."""

    user_id = views.integer()
    """Id of the user who opened the case."""

    user = views.json_object()
    """The user who opened the case."""

    state_id = views.integer()
    """Id of the case's state."""

    state = views.json_object()
    """The case's state."""

    status_id = views.integer()
    """Id of the case's outcome."""

    status_name = views.text()
    """Name of the case's outcome."""

    severity_id = views.integer()
    """Id of the severity."""

    severity = views.json_object()
    """The severity."""

    classification = views.json_object()
    """The incident's classification."""

    reviewer_id = views.integer()
    """Id of the user who reviews the case."""

    reviewer = views.json_object()
    """The user who reviews the case."""

    review_status_id = views.integer()
    """Id of the review's status."""

    review_status = views.json_object()
    """The review's status."""

    open_date = views.text()
    """The day on which the case was opened."""

    close_date = views.text()
    """The day on which the case was closed; null while it is open."""

    initial_date = views.text()
    """When the case was first opened."""

    closing_note = views.text()
    """What was written when the case was closed."""

    tags = views.anything()
    """The case's tags: a list, or comma-separated."""

    protagonists = views.items()
    """The people of the case, each with a role and a name."""

    alerts = views.items()
    """The alerts that became this case."""

    note_directories = views.items()
    """The directories of the case's notes."""

    modification_history = views.json_object()
    """Who did what to it, keyed by the moment in epoch seconds."""


class Report(views.Object):
    """A report of a case."""

    KIND = "report"
    ID = "report_id"

    case_id = views.integer()
    """Id of the case that is reported on."""

    template_id = views.integer()
    """Id of the report's template; all that IRIS itself carries."""

    report_id = views.integer()
    """Id of the report."""

    file_path = views.text()
    """Where the server keeps the document."""

    user_name = views.text()
    """Name of the user who asked for the report."""

    file = views.text()
    """The document, in base64."""

"""The names of the hooks, from the table "Available hooks" of the IRIS hooks documentation.

They are plain texts, so a hook that a server declares itself is named by its own text.
"""

# Written by `cargo xtask generate` from the catalog of hooks. Do not edit.

from __future__ import annotations

from typing import Final

PRELOAD_CASE_CREATE: Final = "on_preload_case_create"
"""Triggered on case creation, before commit in DB."""

POSTLOAD_CASE_CREATE: Final = "on_postload_case_create"
"""Triggered on case creation, after commit in DB."""

PRELOAD_CASE_DELETE: Final = "on_preload_case_delete"
"""Triggered on case deletion, before commit in DB."""

POSTLOAD_CASE_DELETE: Final = "on_postload_case_delete"
"""Triggered on case deletion, after commit in DB."""

PRELOAD_ASSET_CREATE: Final = "on_preload_asset_create"
"""Triggered on asset creation, before commit in DB."""

POSTLOAD_ASSET_CREATE: Final = "on_postload_asset_create"
"""Triggered on asset creation, after commit in DB."""

PRELOAD_ASSET_UPDATE: Final = "on_preload_asset_update"
"""Triggered on asset update, before commit in DB."""

POSTLOAD_ASSET_UPDATE: Final = "on_postload_asset_update"
"""Triggered on asset update, after commit in DB."""

PRELOAD_ASSET_DELETE: Final = "on_preload_asset_delete"
"""Triggered on asset deletion, before commit in DB."""

POSTLOAD_ASSET_DELETE: Final = "on_postload_asset_delete"
"""Triggered on asset deletion, after commit in DB."""

MANUAL_TRIGGER_ASSET: Final = "on_manual_trigger_asset"
"""Triggered upon user action."""

PRELOAD_NOTE_CREATE: Final = "on_preload_note_create"
"""Triggered on note creation, before commit in DB."""

POSTLOAD_NOTE_CREATE: Final = "on_postload_note_create"
"""Triggered on note creation, after commit in DB."""

PRELOAD_NOTE_UPDATE: Final = "on_preload_note_update"
"""Triggered on note update, before commit in DB."""

POSTLOAD_NOTE_UPDATE: Final = "on_postload_note_update"
"""Triggered on note update, after commit in DB."""

PRELOAD_NOTE_DELETE: Final = "on_preload_note_delete"
"""Triggered on note deletion, before commit in DB."""

POSTLOAD_NOTE_DELETE: Final = "on_postload_note_delete"
"""Triggered on note deletion, after commit in DB."""

MANUAL_TRIGGER_NOTE: Final = "on_manual_trigger_note"
"""Triggered upon user action."""

PRELOAD_IOC_CREATE: Final = "on_preload_ioc_create"
"""Triggered on ioc creation, before commit in DB."""

POSTLOAD_IOC_CREATE: Final = "on_postload_ioc_create"
"""Triggered on ioc creation, after commit in DB."""

PRELOAD_IOC_UPDATE: Final = "on_preload_ioc_update"
"""Triggered on ioc update, before commit in DB."""

POSTLOAD_IOC_UPDATE: Final = "on_postload_ioc_update"
"""Triggered on ioc update, after commit in DB."""

PRELOAD_IOC_DELETE: Final = "on_preload_ioc_delete"
"""Triggered on ioc deletion, before commit in DB."""

POSTLOAD_IOC_DELETE: Final = "on_postload_ioc_delete"
"""Triggered on ioc deletion, after commit in DB."""

MANUAL_TRIGGER_IOC: Final = "on_manual_trigger_ioc"
"""Triggered upon user action."""

PRELOAD_EVENT_CREATE: Final = "on_preload_event_create"
"""Triggered on event creation, before commit in DB."""

PRELOAD_EVENT_DUPLICATE: Final = "on_preload_event_duplicate"
"""Triggered on event duplication, before commit in DB. This event only received the event ID which will be duplicated."""

POSTLOAD_EVENT_CREATE: Final = "on_postload_event_create"
"""Triggered on event creation, after commit in DB."""

PRELOAD_EVENT_UPDATE: Final = "on_preload_event_update"
"""Triggered on event update, before commit in DB."""

POSTLOAD_EVENT_UPDATE: Final = "on_postload_event_update"
"""Triggered on event update, after commit in DB."""

PRELOAD_EVENT_DELETE: Final = "on_preload_event_delete"
"""Triggered on event deletion, before commit in DB."""

POSTLOAD_EVENT_DELETE: Final = "on_postload_event_delete"
"""Triggered on event deletion, after commit in DB."""

MANUAL_TRIGGER_EVENT: Final = "on_manual_trigger_event"
"""Triggered upon user action."""

PRELOAD_EVIDENCE_CREATE: Final = "on_preload_evidence_create"
"""Triggered on evidence creation, before commit in DB."""

POSTLOAD_EVIDENCE_CREATE: Final = "on_postload_evidence_create"
"""Triggered on evidence creation, after commit in DB."""

PRELOAD_EVIDENCE_UPDATE: Final = "on_preload_evidence_update"
"""Triggered on evidence update, before commit in DB."""

POSTLOAD_EVIDENCE_UPDATE: Final = "on_postload_evidence_update"
"""Triggered on evidence update, after commit in DB."""

PRELOAD_EVIDENCE_DELETE: Final = "on_preload_evidence_delete"
"""Triggered on evidence deletion, before commit in DB."""

POSTLOAD_EVIDENCE_DELETE: Final = "on_postload_evidence_delete"
"""Triggered on evidence deletion, after commit in DB."""

MANUAL_TRIGGER_EVIDENCE: Final = "on_manual_trigger_evidence"
"""Triggered upon user action."""

PRELOAD_TASK_CREATE: Final = "on_preload_task_create"
"""Triggered on task creation, before commit in DB."""

POSTLOAD_TASK_CREATE: Final = "on_postload_task_create"
"""Triggered on task creation, after commit in DB."""

PRELOAD_TASK_UPDATE: Final = "on_preload_task_update"
"""Triggered on task update, before commit in DB."""

POSTLOAD_TASK_UPDATE: Final = "on_postload_task_update"
"""Triggered on task update, after commit in DB."""

PRELOAD_TASK_DELETE: Final = "on_preload_task_delete"
"""Triggered on task deletion, before commit in DB."""

POSTLOAD_TASK_DELETE: Final = "on_postload_task_delete"
"""Triggered on task deletion, after commit in DB."""

MANUAL_TRIGGER_TASK: Final = "on_manual_trigger_task"
"""Triggered upon user action."""

PRELOAD_GLOBAL_TASK_CREATE: Final = "on_preload_global_task_create"
"""Triggered on global task creation, before commit in DB."""

POSTLOAD_GLOBAL_TASK_CREATE: Final = "on_postload_global_task_create"
"""Triggered on global task creation, after commit in DB."""

PRELOAD_GLOBAL_TASK_UPDATE: Final = "on_preload_global_task_update"
"""Triggered on task update, before commit in DB."""

POSTLOAD_GLOBAL_TASK_UPDATE: Final = "on_postload_global_task_update"
"""Triggered on global task update, after commit in DB."""

PRELOAD_GLOBAL_TASK_DELETE: Final = "on_preload_global_task_delete"
"""Triggered on task deletion, before commit in DB."""

POSTLOAD_GLOBAL_TASK_DELETE: Final = "on_postload_global_task_delete"
"""Triggered on global task deletion, after commit in DB."""

MANUAL_TRIGGER_GLOBAL_TASK: Final = "on_manual_trigger_global_task"
"""Triggered upon user action."""

PRELOAD_REPORT_CREATE: Final = "on_preload_report_create"
"""Triggered on report creation, before generation in DB."""

POSTLOAD_REPORT_CREATE: Final = "on_postload_report_create"
"""Triggered on report creation, before download of the document."""

PRELOAD_ACTIVITIES_REPORT_CREATE: Final = "on_preload_activities_report_create"
"""Triggered on activities report creation, before generation in DB."""

POSTLOAD_ACTIVITIES_REPORT_CREATE: Final = "on_postload_activities_report_create"
"""Triggered on activities report creation, before download of the document."""

ALL: Final[tuple[str, ...]] = (
    PRELOAD_CASE_CREATE,
    POSTLOAD_CASE_CREATE,
    PRELOAD_CASE_DELETE,
    POSTLOAD_CASE_DELETE,
    PRELOAD_ASSET_CREATE,
    POSTLOAD_ASSET_CREATE,
    PRELOAD_ASSET_UPDATE,
    POSTLOAD_ASSET_UPDATE,
    PRELOAD_ASSET_DELETE,
    POSTLOAD_ASSET_DELETE,
    MANUAL_TRIGGER_ASSET,
    PRELOAD_NOTE_CREATE,
    POSTLOAD_NOTE_CREATE,
    PRELOAD_NOTE_UPDATE,
    POSTLOAD_NOTE_UPDATE,
    PRELOAD_NOTE_DELETE,
    POSTLOAD_NOTE_DELETE,
    MANUAL_TRIGGER_NOTE,
    PRELOAD_IOC_CREATE,
    POSTLOAD_IOC_CREATE,
    PRELOAD_IOC_UPDATE,
    POSTLOAD_IOC_UPDATE,
    PRELOAD_IOC_DELETE,
    POSTLOAD_IOC_DELETE,
    MANUAL_TRIGGER_IOC,
    PRELOAD_EVENT_CREATE,
    PRELOAD_EVENT_DUPLICATE,
    POSTLOAD_EVENT_CREATE,
    PRELOAD_EVENT_UPDATE,
    POSTLOAD_EVENT_UPDATE,
    PRELOAD_EVENT_DELETE,
    POSTLOAD_EVENT_DELETE,
    MANUAL_TRIGGER_EVENT,
    PRELOAD_EVIDENCE_CREATE,
    POSTLOAD_EVIDENCE_CREATE,
    PRELOAD_EVIDENCE_UPDATE,
    POSTLOAD_EVIDENCE_UPDATE,
    PRELOAD_EVIDENCE_DELETE,
    POSTLOAD_EVIDENCE_DELETE,
    MANUAL_TRIGGER_EVIDENCE,
    PRELOAD_TASK_CREATE,
    POSTLOAD_TASK_CREATE,
    PRELOAD_TASK_UPDATE,
    POSTLOAD_TASK_UPDATE,
    PRELOAD_TASK_DELETE,
    POSTLOAD_TASK_DELETE,
    MANUAL_TRIGGER_TASK,
    PRELOAD_GLOBAL_TASK_CREATE,
    POSTLOAD_GLOBAL_TASK_CREATE,
    PRELOAD_GLOBAL_TASK_UPDATE,
    POSTLOAD_GLOBAL_TASK_UPDATE,
    PRELOAD_GLOBAL_TASK_DELETE,
    POSTLOAD_GLOBAL_TASK_DELETE,
    MANUAL_TRIGGER_GLOBAL_TASK,
    PRELOAD_REPORT_CREATE,
    POSTLOAD_REPORT_CREATE,
    PRELOAD_ACTIVITIES_REPORT_CREATE,
    POSTLOAD_ACTIVITIES_REPORT_CREATE,
)
"""All of them, in the order of the documentation."""

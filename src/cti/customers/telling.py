"""A view of a customer as JSON: the same for the agent's WebSocket and for the REST edge.

Every text in it is plain and bounded (`fields`); whoever shows it must still show it as text, never as markup.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cti.customers.guard import SourceSettings
from cti.customers.merging import View


def told(view: View, name: str, sources: Iterable[SourceSettings]) -> dict[str, Any]:
    """The members of a view; `name` is that of the directory, empty for none that is certain enough to be shown."""
    labels: Mapping[str, Mapping[str, str]] = {each.name: each.label for each in sources}
    return {
        "identity": view.identity,
        "id": view.customer,
        "name": name,
        "fields": [
            {
                "name": each.field.name,
                "label": dict(each.field.label),
                "type": each.value.kind,
                "value": each.value.text,
                "currency": each.field.currency if each.value.kind == "amount" else "",
                "verified_only": each.field.verified_only,
                "source": each.source,
            }
            for each in view.fields
        ],
        "withheld": view.withheld,
        "sources": [
            {
                "name": each.source,
                "label": dict(labels.get(each.source, {})),
                "state": each.state,
                "took_ms": each.took,
            }
            for each in view.answers
        ],
    }

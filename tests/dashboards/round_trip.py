"""Does Grafana know every key of these dashboards? Each file is read into Grafana's own types and written again: what is then
missing, or another value, is told with its path, and one such makes it fail."""

import json
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

# What Grafana's Prometheus data source reads of an annotation (packages/grafana-prometheus, annotations.tsx), and the types leave out.
OF_PROMETHEUS = ("step", "titleFormat", "textFormat", "tagKeys", "useValueForTime")


def lost(before, after, path):
    """The paths of what `before` has and `after` has not. What `after` has beside it are defaults."""
    if isinstance(before, dict):
        if not isinstance(after, dict):
            return [path]
        return [found for key, value in before.items() for found in lost(value, after.get(key), f"{path}.{key}")]
    if isinstance(before, list):
        if not isinstance(after, list) or len(before) != len(after):
            return [path]
        return [found for n, value in enumerate(before) for found in lost(value, after[n], f"{path}[{n}]")]
    return [] if before == after else [f"{path}: {before!r}, then {after!r}"]


def without_those_of_prometheus(dashboard):
    for annotation in dashboard.get("annotations", {}).get("list", []):
        for key in OF_PROMETHEUS:
            annotation.pop(key, None)
    return dashboard


def round_trip(text):
    return json.loads(JSONEncoder().encode(Dashboard.from_json(json.loads(text))))


def main(paths):
    register_default_plugins()
    told = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        told += lost(without_those_of_prometheus(json.loads(text)), round_trip(text), path)
    print("\n".join(told))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

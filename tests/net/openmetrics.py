"""openmetrics.py FILE - is FILE strictly OpenMetrics 1.0, with bounded series?

Judged by the parser of Prometheus' own Python client, which refuses what the
format does not allow: order, suffixes, buckets, escapes, # EOF."""
import sys

from prometheus_client.openmetrics.parser import \
    text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8", newline="") as f:
    text = f.read()
families = list(text_string_to_metric_families(text))
seen = set()
for family in families:
    if not family.documentation:
        sys.exit(f"{family.name}: no help")
    for sample in family.samples:
        key = (sample.name, tuple(sorted(sample.labels.items())))
        if key in seen:
            sys.exit(f"{key}: twice")
        seen.add(key)
print(len(families), "families,", len(seen), "series")

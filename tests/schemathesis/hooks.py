"""What the OpenAPI document cannot say about valid requests, for Schemathesis."""

from datetime import date, datetime, timedelta, timezone

import schemathesis
from hypothesis import strategies as st

FIRST_DAY = date(2022, 1, 3)
LAST_DAY = date(2022, 6, 30)
# Complete partitions: a later day is gathering still, an earlier one than 2010 is none.
DAYS = st.dates(FIRST_DAY, LAST_DAY).map(
    lambda day: (day - timedelta(days=max(0, day.weekday() - 4))).isoformat()
)
MOMENTS = st.datetimes(datetime(2022, 1, 3), datetime(2022, 6, 30), timezones=st.just(timezone.utc)).map(
    lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
)
schemathesis.openapi.format("date", DAYS)
schemathesis.openapi.format("date-time", MOMENTS)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Cursors are opaque: only the API makes valid ones, and the tests of the contract send others."""
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [
                parameter for parameter in operation.get("parameters", []) if parameter["name"] != "cursor"
            ]


def keep_near(text):
    """A day, or a moment, that is no typing mistake."""
    time = "T00:00:00Z" if "T" in text else ""
    return max(FIRST_DAY.isoformat() + time, min(text, LAST_DAY.isoformat() + time))


def keep_to_partitions(fields):
    """A range ends after it begins, and both it and a partition lie among the complete ones."""
    if not isinstance(fields, dict):
        return fields
    days = {
        name: keep_near(fields[name])
        for name in ("from", "to", "partition")
        if isinstance(fields.get(name), str)
    }
    first, last = days.get("from", ""), days.get("to", "")
    if first > last and last:
        days |= {"from": last, "to": first}
    return {**fields, **days}


def keep_to_json(query):
    """A file has no pages."""
    if "limit" in query and query.get("format") in ("csv", "parquet"):
        return {**query, "format": "json"}
    return query


@schemathesis.hook
def before_call(context, case, kwargs):
    """What is meant to be refused stays as it is, and so does what is in order: Schemathesis checks anew what is set."""
    if case.meta is not None and case.meta.generation.mode.is_negative:
        return
    body = keep_to_partitions(case.body)
    if body != case.body:
        case.body = body
    query = keep_to_json(keep_to_partitions(case.query))
    if query != case.query:
        case.query = query

"""What the OpenAPI document cannot say about valid requests, for Schemathesis."""

from datetime import date, datetime, timedelta, timezone

import schemathesis
from hypothesis import strategies as st

# Complete partitions: a later day is gathering still, an earlier one than 2010 is none.
DAYS = st.dates(date(2022, 1, 3), date(2022, 6, 30)).map(
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


def put_in_order(fields):
    """A range ends after it begins."""
    if isinstance(fields, dict):
        first, last = fields.get("from"), fields.get("to")
        if isinstance(first, str) and isinstance(last, str) and len(first) == len(last) == 10 and first > last:
            return {**fields, "from": last, "to": first}
    return fields


@schemathesis.hook
def map_query(context, query):
    return put_in_order(query)


@schemathesis.hook
def map_body(context, body):
    return put_in_order(body)

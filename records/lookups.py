"""`name__begins="张"`: a prefix found through an index on both databases.

SQLite's LIKE ignores the case of letters and with it every index; a range of the same
meaning does not. PostgreSQL walks an index with varchar_pattern_ops for its LIKE.
"""

from django.db.models import CharField
from django.db.models.lookups import GreaterThan, StartsWith

HIGHEST = "\U0010ffff"


@CharField.register_lookup
class Begins(StartsWith):
    lookup_name = "begins"

    def as_sqlite(self, compiler, connection):
        column, values = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", [
            *values, self.rhs, *values, self.rhs + HIGHEST
        ]  # fmt: skip

    def get_rhs_op(self, connection, rhs):
        """PostgreSQL knows this lookup by the name of the one it extends."""
        return connection.operators["startswith"] % rhs


@CharField.register_lookup
class After(GreaterThan):
    """`>` in the order of letters that those indexes have."""

    lookup_name = "after"

    def get_rhs_op(self, connection, rhs):
        return f"> {rhs}"

    def as_postgresql(self, compiler, connection):
        column, values = self.process_lhs(compiler, connection)
        return f"{column} ~>~ %s", [*values, self.rhs]

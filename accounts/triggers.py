"""Tables that only grow: the database itself refuses to change or delete their rows.

Installed after every `migrate` rather than by one migration: on SQLite a later migration
that rebuilds a table would drop its triggers without a word.
"""

from django.db import connection

TABLES = ("accounts_auditentry", "accounts_accesslog", "accreditation_transition")
_REFUSAL = "append-only table: rows are never changed or deleted"


def install() -> None:
    present = set(connection.introspection.table_names())
    for table in TABLES:
        if table in present:
            _run(_install_statements(table))


def remove() -> None:
    present = set(connection.introspection.table_names())
    for table in TABLES:
        if table in present:
            _run(_remove_statements(table))


def installed() -> set[str]:
    """The tables that are protected at present."""
    if connection.vendor == "postgresql":
        sql = "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_name = 'append_only'"
    else:
        sql = (
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()} & set(TABLES)


def _install_statements(table):
    if connection.vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("update", "delete"):
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _remove_statements(table):
    if connection.vendor == "postgresql":
        yield f"DROP TRIGGER IF EXISTS append_only ON {table}"
        yield f"DROP TRIGGER IF EXISTS append_only_truncate ON {table}"
        return
    for verb in ("update", "delete"):
        yield f"DROP TRIGGER IF EXISTS {table}_no_{verb}"


def _run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

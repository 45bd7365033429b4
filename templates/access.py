"""Carries out access.sql, and gives roles the passwords of their Secrets. Environment: PGUSER, PGPASSWORD.

A statement is carried out if the query before it finds no row, so what is as it should be is not touched. The first one that fails
ends it. Nothing else of a database's is looked for by name than what PostgreSQL brings: search_path is empty.
"""
import json
import os
import subprocess

from conninfo import conninfo
from members import Refused, say
from scram import fits, verifier

CREDENTIALS = "/etc/pgrender-credentials"
FIRST = "postgres"
LOCK = 0x7067_636F_6E76  # "pgconv": for one at a time
OPTIONS = [
    "search_path=",
    # A verifier of a password is in nobody's log.
    "log_statement=none",
    "log_min_duration_statement=-1",
    "log_min_error_statement=panic",
    "pg_stat_statements.track_utility=off",
    # A replica that is away must not keep a role from being made.
    "synchronous_commit=local",
    "lock_timeout=60s",
    "default_transaction_read_only=off",
    "standard_conforming_strings=on",
]
END = "-- end of answer"
EACH = "-- in each database"


def identifier(name):
    return '"%s"' % name.replace('"', '""')


def literal(text):
    return "'%s'" % text.replace("'", "''")


class Session:
    """A database, asked through psql."""

    def __init__(self, state, host, database):
        options = {"host": host, "port": str(state["port"]), "dbname": database, "sslmode": "require", "connect_timeout": "10"}
        target = conninfo(**options, target_session_attrs="read-write", application_name="pgrender converge")
        self.process = subprocess.Popen(
            [state["binDirectory"] + "/psql", "-XqAtw", "-v", "ON_ERROR_STOP=1", "-d", target],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PGCLIENTENCODING": "UTF8", "PGOPTIONS": " ".join("-c " + each for each in OPTIONS)},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()

    def do(self, sql):
        """The lines that a statement gives. Raises OSError with what PostgreSQL said."""
        try:
            self.process.stdin.write("%s;\n\\echo '%s'\n" % (sql, END))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == END:
                return lines
            lines.append(line.rstrip("\n"))
        raise OSError(self.process.stderr.read().strip() or "psql ended")

    def finds(self, query):
        return self.do("SELECT EXISTS (%s)" % query) == ["t"]


def parts(text):
    """The parts of access.sql: a database (None: each of them) and its pairs of a query and a statement (None: the rows are them)."""
    found = []
    lines = iter(text.split("\n"))
    for line in lines:
        if line.startswith("\\connect "):
            found.append((line[len("\\connect ") :][1:-1].replace('""', '"'), []))
        elif line == EACH:
            found.append((None, []))
        elif line.startswith("-- unless: "):
            found[-1][1].append((line[len("-- unless: ") :], next(lines)[:-1]))
        elif line.endswith(" \\gexec"):
            found[-1][1].append((line[: -len(" \\gexec")], None))
    return found


def needed(session, query, statement):
    """The statements that are needed now."""
    if statement is not None:
        return [] if session.finds(query) else [statement]
    # In one line, whatever is in a name that somebody made.
    return json.loads("".join(session.do("SELECT coalesce(json_agg(s), '[]') FROM (%s) AS t(s)" % query)))


def carry_out(session, database, pairs):
    for query, statement in pairs:
        doing = statement or query
        try:
            for doing in needed(session, query, statement):
                say("%s: %s" % (database, doing))
                session.do(doing)
        except OSError as error:
            raise OSError("%s: %s: %s" % (database, doing, error)) from error


def secret(name):
    """The password in a Secret; None if there is none yet."""
    try:
        with open("%s/%s/password" % (CREDENTIALS, name), encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None


def give_passwords(state, session):
    """Names of Secrets that are missing."""
    kept = json.loads("".join(session.do("SELECT json_object_agg(rolname, rolpassword) FROM pg_authid")))
    missing = []
    for each in state["passwords"]:
        role, password = each["role"], secret(each["secret"])
        if password is None:
            missing.append(each["secret"])
        elif not fits(password, kept.get(role)):
            say("the password of %s is that of its Secret %s" % (role, each["secret"]))
            session.do("ALTER ROLE %s PASSWORD %s" % (identifier(role), literal(verifier(password))))
    return missing


def accessed(state, host, folder):
    """One look. None when the databases are as the spec says, else what is waited for."""
    with open(folder + "/access.sql", encoding="utf-8") as file:
        wanted = parts(file.read())
    failed, missing = [], None
    with Session(state, host, FIRST) as session:
        if session.do("SELECT pg_try_advisory_lock(%d)" % LOCK) != ["t"]:
            return "another Job is at it"
        for database, pairs in wanted:
            for name in [database] if database else databases(session):
                try:
                    if name == FIRST:
                        carry_out(session, name, pairs)
                        # Once, as soon as the roles are there.
                        missing = give_passwords(state, session) if missing is None else missing
                    else:
                        with Session(state, host, name) as other:
                            carry_out(other, name, pairs)
                except OSError as error:
                    if is_passing(str(error)):
                        raise
                    failed.append(str(error))
                    if name == FIRST:
                        # What the others are made of may be missing, and psql has ended.
                        raise Refused("\n".join(failed)) from error
    if failed:
        raise Refused("\n".join(failed))
    return "the Secret %s" % ", ".join(missing) if missing else None


def databases(session):
    """Those that can be connected to."""
    return json.loads("".join(session.do("SELECT json_agg(datname ORDER BY oid) FROM pg_database WHERE datallowconn")))


def is_passing(text):
    """Whether a failure is of the connection, and may be over at the next look."""
    signs = ("could not connect", "connection to server", "server closed the connection", "terminating connection", "psql ended")
    return any(sign in text for sign in (*signs, "the database system is", "tuple concurrently", "canceling statement"))

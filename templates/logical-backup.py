"""Logical backups of a cluster: `dump` makes one in each store, `list`, `get`, `roles` and `restore` are for a day on which one is needed.

`dump` writes the roles and each database into a folder of its own, and removes what is too old when it has succeeded. It asks a
replica, and for what a replica cannot give, the primary. It fails if anything is missing, and then takes away what it wrote.
`hold` waits, for somebody who calls the others. Environment: libpq's for reading, and PRIMARY, PG_VERSION, BIN_DIRECTORY (with
{version}), SCOPE, STORES (numbers of pgBackRest's repositories), RETENTION (seconds, or empty), LOCK_WAIT, and that of dump_store.py.
"""
import datetime
import json
import os
import signal
import subprocess
import sys

from conninfo import conninfo
from dump_store import FOLDER, MANIFEST, Failure, chunks, copy, end, manifest, measure, put, remove, runs, say

STORES = os.environ["STORES"].split()
BIN = os.environ["BIN_DIRECTORY"].replace("{version}", os.environ["PG_VERSION"])
PRIMARY = os.environ["PRIMARY"]
LOCK = 0x7067_6475_6D70  # "pgdump": for one run at a time
ABANDONED = 86_400  # seconds after which the rest of a run that was cut off is nobody's any more
STAMP = "%Y%m%dT%H%M%SZ"
ROLES = "roles.sql"


def file_of(database):
    """A name for its dump that every store takes: letters, digits, - and _ are themselves, other bytes are ~ and two digits."""
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    return "".join(chr(byte) if byte in plain else "~%02X" % byte for byte in database.encode()) + ".dump"


def psql(query, host):
    connection = conninfo(host=host, dbname="postgres")
    command = [BIN + "/psql", "-XqAtw", "-v", "ON_ERROR_STOP=1", "-d", connection, "-c", query]
    answer = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, "PGCLIENTENCODING": "UTF8"})
    if answer.returncode != 0:
        raise Failure("%s does not answer" % host)
    return answer.stdout.decode().strip()


def databases():
    """All that can be connected to, as for pg_dumpall: a limit of -2 has one whose removal was cut off."""
    names = "select json_agg(datname order by datname) from pg_database where datallowconn and datconnlimit <> -2"
    return json.loads(psql(names, os.environ["PGHOST"]))


def locked():
    """A session at the primary that keeps other runs out as long as it lasts."""
    connection = conninfo(host=PRIMARY, dbname="postgres", keepalives_idle="60", keepalives_interval="30")
    command = [BIN + "/psql", "-XqAtw", "-v", "ON_ERROR_STOP=1", "-d", connection]
    session = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    # PostgreSQL 13 does not have it yet.
    ask(session, "select count(set_config(name, '0', false)) from pg_settings where name = 'idle_session_timeout'")
    got = ask(session, "select pg_try_advisory_lock(%d)" % LOCK)
    if got == "t":
        return session
    end(session)
    raise Failure("another run is under way" if got == "f" else "%s does not answer" % PRIMARY)


def ask(session, query):
    """The answer of a session; empty if it is gone."""
    try:
        session.stdin.write(query + ";\n")
        session.stdin.flush()
    except BrokenPipeError:
        return ""
    return session.stdout.readline().strip()


def dumped(database, path, stores):
    """Puts a dump into the stores, like `copy`. What disturbs a replica (a conflict with recovery) is done again at the primary."""
    hosts = list(dict.fromkeys([os.environ["PGHOST"], PRIMARY]))
    for host in hosts:
        wait = "--lock-wait-timeout=%ss" % os.environ["LOCK_WAIT"]
        reader = [wait, "--no-password", "--dbname=" + conninfo(host=host, dbname=database or "postgres")]
        program = (
            [BIN + "/pg_dumpall", "--globals-only", *reader]
            if database is None
            else [BIN + "/pg_dump", "--format=custom", *reader]
        )
        try:
            return copy(program, path, stores)
        except Failure as failure:
            if host == hosts[-1]:
                raise
            say("%s: %s; once more from the primary" % (path, failure))


def write(run, session):
    """Writes a run, and returns the stores that have all of it."""
    stores, files, folder = STORES, [], "%s/%s" % (FOLDER, run)
    for database in [None, *databases()]:
        name = ROLES if database is None else file_of(database)
        try:
            measured, stores = dumped(database, "%s/%s" % (folder, name), stores)
        except Failure as failure:
            if database is not None and database not in databases():
                say("the database %s was dropped meanwhile" % json.dumps(database))
                continue
            what = "the roles were" if database is None else "the database %s was" % json.dumps(database)
            raise Failure("%s not dumped: %s" % (what, failure))
        if not stores:
            raise Failure("no store has %s/%s" % (folder, name))
        files.append({"file": name, "database": database, **measured})
    if ask(session, "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()") != "1":
        raise Failure("the primary went away, and another run may have begun")
    contents = {
        "cluster": os.environ["SCOPE"],
        "postgresql": psql("show server_version", os.environ["PGHOST"]),
        "finished": now().strftime(STAMP),
        "files": files,
    }
    data = (json.dumps(contents, indent=2) + "\n").encode()
    whole = [store for store in stores if put(store, "%s/%s" % (folder, MANIFEST), data)]
    for store in whole:
        say("repo%s has %s: %d files, %d bytes" % (store, folder, len(files), sum(each["bytes"] for each in files)))
    return whole


def free():
    """A name for a run that no store has: it is the time, and one that is taken is never written to again."""
    taken, moment = set(), now()
    for store in STORES:
        try:
            taken.update(runs(store))
        except Failure as failure:
            say(str(failure))
    while moment.strftime(STAMP) in taken:
        moment += datetime.timedelta(seconds=1)
    return moment.strftime(STAMP)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def age(run):
    return (now() - datetime.datetime.strptime(run, STAMP).replace(tzinfo=datetime.timezone.utc)).total_seconds()


def expire(store):
    """Removes what is older than the retention, never the newest whole run; and what was cut off long ago."""
    known = runs(store)
    whole = [run for run in known if known[run]]
    kept = float(os.environ["RETENTION"] or "inf")
    for run in known:
        if age(run) > (kept if known[run] else ABANDONED) and run != (whole or [None])[-1]:
            if not remove(store, run):
                raise Failure("repo%s: %s/%s is too old, and cannot be removed" % (store, FOLDER, run))
            say("repo%s: removed %s/%s" % (store, FOLDER, run))


def dump():
    session = locked()
    run, whole = free(), []
    try:
        whole = write(run, session)
        for store in whole:
            expire(store)
    finally:
        for store in set(STORES) - set(whole):
            remove(store, run)
        end(session)
    if len(whole) < len(STORES):
        raise Failure("not in " + ", ".join("repo" + store for store in STORES if store not in whole))


def show():
    for store in STORES:
        for run, is_whole in runs(store).items():
            names = [each["database"] for each in manifest(store, run)["files"]] if is_whole else []
            what = json.dumps([name for name in names if name]) if is_whole else "not whole"
            print("repo%s %s %s" % (store, run, what))


def found(run, database):
    """The store that has a file of a run, its path there, and what it measures. It was read to its end, and is as it was put."""
    for store in STORES:
        if runs(store).get(run):
            for each in manifest(store, run)["files"]:
                if each["database"] == database:
                    path = "%s/%s/%s" % (FOLDER, run, each["file"])
                    if measure(chunks(store, path)) == {key: each[key] for key in ("bytes", "sha256")}:
                        return store, path
                    say("repo%s: %s is not what was put there" % (store, path))
    raise Failure("no store has a whole run %s with %s" % (run, json.dumps(database) if database else "roles"))


def send(run, database, out):
    store, path = found(run, database)
    for piece in chunks(store, path):
        out.write(piece)


def restore(run, database, name=None):
    """Into a new database: with the name and the properties that it had, or with another name."""
    if name is not None:
        command = [BIN + "/createdb", "--no-password", "--host=" + PRIMARY, "--template=template0", "--", name]
        if subprocess.run(command).returncode != 0:
            raise Failure("the database %s was not made" % json.dumps(name))
    own = ["--create"] if name is None else []
    into = "--dbname=" + conninfo(host=PRIMARY, dbname="postgres" if name is None else name)
    program = [BIN + "/pg_restore", "--exit-on-error", "--no-password", *own, into]
    target = subprocess.Popen(program, stdin=subprocess.PIPE)
    try:
        send(run, database, target.stdin)
        target.stdin.close()
    except BrokenPipeError:
        pass
    except BaseException:
        end(target)
        raise
    if target.wait() != 0:
        raise Failure("pg_restore ended with %d" % target.returncode)


def main(command, *arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    commands = {
        "dump": dump,
        "list": show,
        "get": lambda run, database: send(run, database, sys.stdout.buffer),
        "roles": lambda run: send(run, None, sys.stdout.buffer),
        "restore": restore,
        "hold": signal.pause,
    }
    try:
        commands[command](*arguments)
    except Failure as failure:
        sys.exit("logical-backup: %s" % failure)
    except BrokenPipeError:
        os._exit(141)  # whoever read the output has enough of it


if __name__ == "__main__":
    main(*sys.argv[1:])

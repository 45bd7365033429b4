"""Patroni's way to begin a generation with the data of the one before it in a newer major version, as its first member, once.

The generation before goes on serving while its data are copied here, aside. The copy follows it, and everything is asked that
could refuse the upgrade: preflight.py, then pg_upgrade --check. Only then that generation hands over. When nobody can write
to it any more and the copy has all that it had, pg_upgrade links the copy's files into a new database. The directories of
the generation before are never written to: they are the way back.

Whatever fails after the handover gives it back, and the generation before serves again; if this container ends meanwhile, the
next one does that as the first thing: upgraded.py. https://www.postgresql.org/docs/current/pgupgrade.html

Environment: that of follower.py.
"""
import glob
import os
import shutil
import subprocess
import tempfile
import time
import uuid

import bootstrap
import generation
import preflight
import upgraded
from bootstrap import COPY, Refused, binary, say
from follower import OLD_PORT, SOURCE, caught_up, configure, copied, follow, given, new, old, server, upgrade

NEW_PORT = 50433
PATIENCE = 60  # seconds that the generation before may take to hand over, and the copy to have the rest of it


def begun(options, private):
    """An empty database of the new version, like the old one where pg_upgrade wants it to be; its own configuration."""
    user = bootstrap.sql(private, "select rolname from pg_roles where oid = 10", OLD_PORT)
    waldir = ["--waldir=" + os.environ["WAL_DIRECTORY"]] if os.environ.get("WAL_DIRECTORY") else []
    subprocess.run(
        [binary("initdb", new()), "--username=" + user, "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync",
         *options, *waldir, COPY],
        check=True, stdout=subprocess.DEVNULL,
    )
    with open(os.path.join(COPY, "postgresql.conf")) as file:
        configuration = file.read()
    with open(os.path.join(COPY, "postgresql.conf"), "a") as file:
        file.write(bootstrap.lines({"shared_preload_libraries": given("shared_preload_libraries")}))
    return user, configuration


def pg_upgrade(private, user, *more):
    """Raises Refused with what it says is wrong."""
    work = tempfile.mkdtemp(dir=private)
    process = subprocess.Popen(
        [binary("pg_upgrade", new()), "--old-datadir=" + SOURCE, "--new-datadir=" + COPY,
         "--old-bindir=" + os.path.dirname(binary("postgres", old())), "--new-bindir=" + os.path.dirname(binary("postgres", new())),
         "--old-port=%d" % OLD_PORT, "--new-port=%d" % NEW_PORT, "--socketdir=" + private, "--username=" + user,
         "--jobs=%d" % min(os.cpu_count() or 1, 8), *more],
        cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        # It refuses variables of libpq that name another server.
        env={key: value for key, value in os.environ.items() if not key.startswith("PG")},
    )
    said = ""
    for line in process.stdout:
        said += line
        print(line, end="", flush=True)
    if process.wait() != 0:
        raise Refused("pg_upgrade: " + preflight.why(said, [work, os.path.join(COPY, "pg_upgrade_output.d")]))
    return work


def in_time(what, look):
    """Raises Refused if it does not come about: nobody serves meanwhile."""
    start, reason = time.monotonic(), ""
    while time.monotonic() - start < PATIENCE:
        try:
            if look():
                return
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            reason = " (%s)" % error
        time.sleep(0.3)
    raise Refused("%s did not come about within %d s%s" % (what, PATIENCE, reason))


def hand_over(attempt, private, primary):
    """The generation before is read-only, and the copy has all of it."""
    in_time("the handover of the generation before", lambda: generation.take_over(attempt))
    if primary is not None:
        in_time("the end of the copy", lambda: caught_up(private, primary))


def held(attempt):
    """Whether nobody has been given back meanwhile what was handed over."""
    marks = [found.get(generation.MARK) for found in map(generation.configuration, generation.others()) if found]
    return all(mark and mark.get("attempt", attempt) == attempt for mark in marks)


def checked(private, options):
    """What the new version and pg_upgrade say to the copy: (superuser, configuration of the new database). Waits while they would refuse."""
    told = None
    while True:
        staying()
        shutil.rmtree(COPY, ignore_errors=True)
        shutil.rmtree(os.environ.get("WAL_DIRECTORY") or COPY, ignore_errors=True)
        user, configuration = begun(options, private)
        with anew(private):
            reasons = preflight.known_to_new(private, OLD_PORT, NEW_PORT)
            sorting = preflight.sorting(private, OLD_PORT, NEW_PORT)
        if sorting and not upgrade()["reindex"]:
            reasons.append(
                "text is sorted by another version of its collation than it is indexed by: %s. Those indexes have to be rebuilt while nobody "
                "serves: write spec.postgresql.upgrade.reindex: true" % ", ".join(sorting)
            )
        try:
            pg_upgrade(private, user, "--check")
        except Refused as reason:
            reasons.append(str(reason))
        if not reasons:
            note(None)
            return user, configuration
        if reasons != told:
            told = reasons
            note("; ".join(reasons))
        time.sleep(30)


def staying():
    """Raises Refused if this pod is being stopped: nothing is begun that another one would have to give back."""
    pod = generation.kube("GET", "/api/v1/namespaces/{namespace}/pods/" + generation.ME)
    if "deletionTimestamp" in pod["metadata"]:
        raise Refused("this pod is being stopped: the one in its place begins again")


def note(reason):
    """A reason to wait, where kubectl describe pod shows it: to end would mean to copy everything once more."""
    if reason is not None:
        say("waits until it can be upgraded: %s" % reason)
    body = {"metadata": {"annotations": {"pgrender.dev/upgrade": reason}}}
    try:
        generation.kube(
            "PATCH", "/api/v1/namespaces/{namespace}/pods/" + generation.ME, body, "application/merge-patch+json"
        )
    except OSError as error:
        say("nobody noted that: %s" % error)


def anew(private):
    """The new database, as long as this is open."""
    return server(new(), COPY, "--listen_addresses=", "--unix_socket_directories=" + private, "--port=%d" % NEW_PORT)


def make():
    """The data of this generation, whole, in COPY."""
    key = {"upgrade": generation.SCOPE}
    times = bootstrap.attempts(key)
    if times >= bootstrap.MOST:
        raise Refused(
            "this upgrade did not succeed, and what pg_upgrade said is in the log of then (kubectl logs --previous). When its cause "
            "is gone, choose another spec.postgresql.upgrade.id"
        )
    missing = preflight.programs(old(), new())
    if missing:
        raise Refused(missing)
    shutil.rmtree(SOURCE, ignore_errors=True)
    with tempfile.TemporaryDirectory() as private:
        with open(os.path.join(private, "pg_hba.conf"), "w") as file:
            file.write("local all all trust\nlocal replication all trust\n")
        primary, options, settings, libraries = copied(private)
        attempt = "%s %s" % (generation.ME, uuid.uuid4())
        with server(old(), SOURCE):
            user, configuration = checked(private, options)
            if primary is not None:
                follow(private, primary)
            staying()
            bootstrap.attempted(key, times + 1)
            hand_over(attempt, private, primary)
            if primary is not None:
                bootstrap.sql(private, "select pg_promote()", OLD_PORT)
        if bootstrap.controlled(SOURCE, "Database cluster state") != "shut down":
            raise Refused("the copy did not become a primary; what it said is in the log")
        configure(SOURCE, {**settings, "shared_preload_libraries": libraries})
        try:
            work = pg_upgrade(private, user, "--link")
            settled(private, user, work, configuration)
        except Refused:
            bootstrap.attempted(key, bootstrap.MOST)
            raise
    if not held(attempt):
        raise Refused("the generation before serves again: this came too late")
    with open(upgraded.TO_ANALYZE, "w") as file:
        file.write(attempt)


def settled(private, user, work, configuration):
    """What pg_upgrade leaves to do before anybody is served."""
    with anew(private):
        for script in glob.glob(os.path.join(work, "update_extensions.sql")):
            say("updates extensions")
            with open(script) as file:
                if not done(private, user, "postgres", file.read()):
                    say("an extension stays at its version: ALTER EXTENSION ... UPDATE is to be made by hand")
        for database in bootstrap.sql(private, "select datname from pg_database where datallowconn", NEW_PORT).splitlines():
            sort_anew(private, user, database)
    with open(os.path.join(COPY, "postgresql.conf"), "w") as file:
        file.write(configuration)
    shutil.rmtree(SOURCE)
    for place in os.environ.get("TABLESPACE_DIRECTORIES", "").split():
        for directory in glob.glob(os.path.join(place, "PG_%d_*" % old())):
            shutil.rmtree(directory)


def sort_anew(private, user, database):
    """Rebuilds the indexes of a database whose text is sorted otherwise now, and notes by what."""
    other = (
        "select exists (select from pg_collation where collversion <> pg_collation_actual_version(oid))"
        " or exists (select from pg_database where datname = current_database() and datcollversion <> pg_database_collation_actual_version(oid))"
    )
    if new() < 15 or bootstrap.sql(private, other, NEW_PORT, database) != "t":
        return
    say("rebuilds the indexes of %s whose text is sorted otherwise now" % database)
    reindexed = done(private, user, database, """
set client_min_messages = error;
select format('reindex index %s', indexrelid::regclass) """ + preflight.SORTED + """ \\gexec
select format('alter collation %s refresh version', oid::regcollation) from pg_collation where collversion <> pg_collation_actual_version(oid) \\gexec
select format('alter database %I refresh collation version', current_database()) \\gexec
""")
    if not reindexed:
        raise Refused("an index of %s could not be rebuilt; what PostgreSQL said is in the log" % database)


def done(private, user, database, script):
    """Whether a script was carried out in the new database."""
    environment = {**os.environ, "PGHOST": private, "PGPORT": str(NEW_PORT), "PGUSER": user, "PGDATABASE": database}
    psql = [binary("psql", new()), "-Xqo", "/dev/null", "-v", "ON_ERROR_STOP=1"]
    return subprocess.run(psql, input=script, text=True, env=environment).returncode == 0


def begin():
    """As make(), and whatever does not succeed gives back what was handed over."""
    try:
        make()
    except BaseException:
        upgraded.give_back()
        shutil.rmtree(SOURCE, ignore_errors=True)
        raise


def resumed():
    """Data that are whole, and were not taken over yet, are worth nothing when the generation before serves again."""
    if os.path.exists(upgraded.TO_ANALYZE):
        with open(upgraded.TO_ANALYZE) as file:
            attempt = file.read()
        if not os.path.exists(upgraded.WHOLE):
            os.remove(upgraded.TO_ANALYZE)
        elif not held(attempt):
            os.remove(upgraded.WHOLE)


if __name__ == "__main__":
    resumed()
    upgraded.give_back()
    bootstrap.run(begin)

"""The copy of the generation before that an upgrade is made of, and PostgreSQL on it, for upgrade.py. While that generation serves, the copy
follows it.

Environment: that of bootstrap.py, and PATRONI_REPLICATION_USERNAME and _PASSWORD.
"""
import contextlib
import os
import re
import signal
import subprocess
import time

import bootstrap
import generation
import preflight
from bootstrap import PGDATA, Refused, binary, say

SOURCE = PGDATA + ".source"
OLD_PORT = 50432
NEAR = 16 * 1024**2  # bytes that the copy lacks when the generation before hands over
# A copy does not follow with less than its primary has: https://www.postgresql.org/docs/current/hot-standby.html
NEVER_LESS = (
    "max_connections", "max_locks_per_transaction", "max_prepared_transactions", "max_wal_senders", "max_worker_processes",
)


def upgrade():
    return generation.known()["upgrade"]


def old():
    return upgrade()["from"]


def new():
    return generation.known()["version"]


def serving():
    """The pod of the primary that serves; None if there is no pod of another generation. Waits for a failover."""
    told = False
    while True:
        others = [pod for pod in generation.pods() if generation.scope_of(pod) != generation.SCOPE]
        for pod in others:
            try:
                if generation.ask(pod["status"]["podIP"], "/patroni")["role"] == "primary":
                    return pod
            except (OSError, ValueError, KeyError):
                pass
        if not others:
            return None
        if not told:
            told = True
            say("waits for a primary among %s" % ", ".join(map(generation.name, others)))
        time.sleep(1)


def last_primary():
    """The generation whose last primary this member was, where nobody serves: its directory has all that there was."""
    for former in upgrade()["generations"]:
        directory = former["data"]
        version = os.path.join(directory, "PG_VERSION")
        if not os.path.exists(version):
            continue
        with open(version) as file:
            if file.read().strip() != str(old()):
                continue
        state = bootstrap.controlled(directory, "Database cluster state")
        group = generation.kube("GET", "/apis/apps/v1/namespaces/{namespace}/statefulsets/" + os.environ["STATEFULSET"])
        alone = group["spec"]["replicas"] == 1 and state in ("shut down", "in production")
        if alone or (state == "shut down" and complete(former)):
            return former
        raise Refused(
            "nobody serves %s, and the data here are not those of its last primary (%s). To go on with it, take "
            "spec.postgresql.upgrade out and write version %s" % (former["scope"], state, old())
        )
    raise Refused(
        "nobody serves, and there is no data of PostgreSQL %d here: there is nothing to upgrade. For a new cluster take "
        'spec.postgresql.upgrade out; to go on from its backups write version "%d" and the id of its generation in restore.id' % (old(), old())
    )


def complete(former):
    """Whether a primary that was stopped was the last one: Patroni notes how far it came when it gives up the lead."""
    if "PATRONI_KUBERNETES_NAMESPACE" not in os.environ:
        return False
    noted = generation.kube("GET", "/api/v1/namespaces/{namespace}/configmaps/%s-leader" % former["scope"])
    optime = (noted["metadata"].get("annotations") or {}).get("optime")
    end = bootstrap.controlled(former["data"], "Latest checkpoint location")
    return optime is not None and bootstrap.lsn(end) >= int(optime)


@contextlib.contextmanager
def server(version, directory, *overrides):
    """PostgreSQL on a directory that is nobody else's, while this is open."""
    process = subprocess.Popen([binary("postgres", version), "-D", directory, *overrides])
    try:
        while process.poll() is None and not is_up(directory, process.pid):
            time.sleep(0.1)
        if process.poll() is not None:
            raise Refused("PostgreSQL %d did not start on a copy of the data; what it said is in the log" % version)
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()


def is_up(directory, pid):
    try:
        with open(os.path.join(directory, "postmaster.pid")) as file:
            own = file.readline().strip() == str(pid)
    except OSError:
        return False
    return own and bootstrap.status(directory) in ("ready", "standby")


def copied(private):
    """The data of the generation before, in SOURCE: (its primary, options of initdb, settings to go on with, libraries of its)."""
    pod = serving()
    if pod is not None:
        scope = generation.scope_of(pod)
        former = next((one for one in upgrade()["generations"] if one["scope"] == scope), None)
        if former is None:
            raise Refused("%s serves, of which this spec knows nothing: name its id in spec.postgresql.upgrade.previous" % scope)
        streams = [
            generation.name(other) for other in generation.pods()
            if generation.scope_of(other) == scope and generation.name(other) != generation.name(pod)
        ]
        address = pod["status"]["podIP"]
        return copy(private, former, {"address": address, "timeline": generation.ask(address, "/patroni")["timeline"]}, streams)
    former = last_primary()
    say("nobody serves %s: begins with the data of its last primary, which was this member" % former["scope"])
    quiet = {
        **quietly(private), "fsync": "on", "config_file": os.path.join(private, "own.conf"),
        "max_prepared_transactions": bootstrap.controlled(former["data"], "max_prepared_xacts setting"),
        # What there is to archive stays.
        "archive_mode": "on", "archive_command": "",
    }
    open(quiet["config_file"], "w").close()
    with server(old(), former["data"], *["--%s=%s" % setting for setting in quiet.items()]):
        return copy(private, former, None, [])


def copy(private, former, primary, replicas):
    """Copies a running database, after it was asked everything that it can be asked without a copy."""
    host, port = (private, OLD_PORT) if primary is None else (primary["address"], 5432)

    def ask(query):
        return bootstrap.sql(host, query, port)

    found = preflight.version(ask, old(), new())
    if found:
        raise Refused(found)
    reasons = preflight.database(ask, os.path.dirname(PGDATA))
    if primary is not None:
        reasons += preflight.serving(former, host, replicas)
    if reasons:
        raise Refused("; ".join(reasons))
    say("copies %s" % former["scope"])
    options = preflight.initdb(ask, new())
    settings = {name: ask("show " + name) for name in NEVER_LESS}
    libraries = given("shared_preload_libraries") if primary is None else ask("show shared_preload_libraries")
    mapping = preflight.tablespaces(ask)
    user, password = (os.environ["PATRONI_REPLICATION_" + each] for each in ("USERNAME", "PASSWORD"))
    environment = {**os.environ, "PGSSLMODE": "require", "PGPASSWORD": password}
    subprocess.run(
        [binary("pg_basebackup", old()), "--host=" + host, "--port=%d" % port, "--username=" + user, "--pgdata=" + SOURCE,
         "--checkpoint=fast", "--no-manifest", "--no-sync",
         *["--tablespace-mapping=%s=%s" % pair for pair in mapping]],
        env=environment, check=True,
    )
    settings.update(quietly(private), port=OLD_PORT)
    if primary is not None:
        passwords = os.path.join(private, "pgpass")
        with open(os.open(passwords, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("*:*:*:*:%s\n" % re.sub(r"([\\:])", r"\\\1", password))
        words = {"host": host, "port": port, "user": user, "passfile": passwords, "sslmode": "require"}
        settings["primary_conninfo"] = " ".join(
            "%s='%s'" % (key, str(value).replace("\\", "\\\\").replace("'", "\\'")) for key, value in words.items()
        )
        settings["restore_command"] = " ".join(
            ["pgbackrest", "--stanza=" + former["stanza"], "--pg1-path=" + SOURCE, "archive-get", "%f", '"%p"']
        )
        open(os.path.join(SOURCE, "standby.signal"), "w").close()
    configure(SOURCE, settings)
    return primary, options, settings, libraries


def given(setting):
    """What the spec says of a setting."""
    patroni = bootstrap.configured()
    parameters = {**patroni["bootstrap"]["dcs"]["postgresql"]["parameters"], **patroni["postgresql"]["parameters"]}
    return parameters.get(setting, "")


def quietly(private):
    """Settings of a server that nobody reaches but whoever has a private directory. What it writes is synced when all is done."""
    return {
        "listen_addresses": "", "unix_socket_directories": private, "port": OLD_PORT, "ssl": "off",
        "hba_file": os.path.join(private, "pg_hba.conf"), "wal_retrieve_retry_interval": "200ms", "fsync": "off",
    }


def configure(directory, settings):
    with open(os.path.join(directory, "postgresql.conf"), "w") as file:
        file.write(bootstrap.lines(settings))
    open(os.path.join(directory, "postgresql.auto.conf"), "w").close()


def reached(private):
    """How far the copy has come, in bytes of WAL."""
    return bootstrap.lsn(bootstrap.sql(private, "select coalesce(pg_last_wal_replay_lsn(), '0/0')", OLD_PORT))


def follow(private, primary):
    """Until the copy lacks little of what the primary has, and that one has little to write when it is told to stop."""
    bootstrap.sql(primary["address"], "checkpoint")
    while bootstrap.lsn(bootstrap.sql(primary["address"], "select pg_current_wal_lsn()")) - reached(private) > NEAR:
        time.sleep(1)


def caught_up(private, primary):
    """Whether the copy has all that the primary had written when it handed over. False while that one is on its way to follow nobody."""
    answer = generation.ask(primary["address"], "/patroni")
    if answer["role"] != "standby_leader" or answer["state"] != "running":
        return False
    timeline, end = generation.position(answer)
    if timeline != primary["timeline"]:
        raise Refused("another primary was elected while its data were copied: this begins again")
    return reached(private) >= end

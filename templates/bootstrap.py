"""Patroni's way to begin a generation of a cluster's data, as its first member, once. Patroni starts PostgreSQL and leads when
this ends well; otherwise its container starts again.

The data come from the newest backup of this generation, if there is one: all volumes were lost, and no restore is done twice.
Else from the backup that the spec names, of another generation or of another cluster; else from the running cluster that
it clones, or from initdb. A database never starts empty over backups of its own, and what cannot be restored is found out before
anything is written. The backup is recovered here, aside and seen by nobody, while the generation before goes on serving;
only then is that one told to hand over.

Environment: PGDATA, BIN_DIRECTORY (with {version}), PATRONICTL_CONFIG_FILE, PATRONI_SUPERUSER_USERNAME and _PASSWORD, WAL_DIRECTORY and
TABLESPACE_DIRECTORIES if there are any, and that of generation.py.
"""
import datetime
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import yaml

import generation

PGDATA = os.environ["PGDATA"]
HOME = os.path.dirname(PGDATA)
# Everything is made here, and gets its name when it is whole.
COPY = PGDATA + ".new"
WHOLE = PGDATA + ".recovered"
ATTEMPTS = PGDATA + ".attempts"
PATIENCE = 60  # seconds that the primary has to archive its newest segment
MOST = 3  # recoveries from one backup: each may move a terabyte


class Refused(Exception):
    """What has to change before this can go on."""


def say(text):
    print("bootstrap: %s" % text, file=sys.stderr, flush=True)


def pgbackrest(restore, *arguments):
    """A command about the stanza of a restore. That of another cluster is in a repository with a configuration of its own."""
    where = ["--config=/dev/null", "--config-include-path=" + restore["config"]] if "config" in restore else []
    return ["pgbackrest", *where, "--stanza=" + restore["stanza"], *arguments]


def info(restore):
    """What the repositories have of a stanza: ({repository: status code}, [backup], {(repository, id): database}). Waits for them."""
    told = 0
    while True:
        done = subprocess.run(
            pgbackrest(restore, "--output=json", "--log-level-console=off", "--log-level-stderr=error", "info"),
            capture_output=True, text=True,
        )
        listed = json.loads(done.stdout or "[]") if done.returncode == 0 else []
        repositories = [repository for each in listed for repository in each.get("repo", [])]
        silent = [repository for repository in repositories if repository["status"]["code"] == 99]
        if done.returncode == 0 and listed and not silent:
            return (
                {repository["key"]: repository["status"]["code"] for repository in repositories},
                [backup for each in listed for backup in each.get("backup", []) if not backup.get("error")],
                {(each["repo-key"], each["id"]): each for one in listed for each in one.get("db", [])},
            )
        if time.monotonic() - told > 30:
            told = time.monotonic()
            reasons = [repository["status"]["message"] for repository in silent] or [done.stderr.strip()]
            say("waits for the repositories, which may hold this database already: %s" % "; ".join(reasons))
        time.sleep(2)


def stopped(backup):
    return backup["timestamp"]["stop"]


def moment(text):
    """A target of `type: time` as seconds since 1970. The spec says that it has an offset."""
    text = re.sub(r"([+-]\d{2})$", r"\1:00", text.strip())
    text = re.sub(r"([+-]\d{2})(\d{2})$", r"\1:\2", text)
    text = re.sub(r"\.(\d+)", lambda match: "." + match.group(1).ljust(6, "0"), text)
    return datetime.datetime.fromisoformat(text).timestamp()


def lsn(text):
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def fitting(backups, restore):
    """The backup that a restore begins with: the newest one before its target."""
    options = restore["options"]
    kind, target, chosen = options.get("type", "default"), options.get("target", ""), options.get("set", "latest")
    of_repository = [backup for backup in backups if restore.get("repo") in (None, backup["database"]["repo-key"])]
    if not of_repository:
        raise Refused("there is no backup of %s%s" % (restore["stanza"], " in repo%d" % restore["repo"] if "repo" in restore else ""))
    if chosen != "latest":
        named = [backup for backup in of_repository if backup["label"] == chosen]
        if not named:
            raise Refused("there is no backup %s: there are %s" % (chosen, ", ".join(backup["label"] for backup in of_repository)))
        of_repository = named
    if kind == "time":
        if moment(target) > time.time():
            raise Refused("%s has not come yet" % target)
        before = [backup for backup in of_repository if stopped(backup) <= moment(target)]
    elif kind == "lsn":
        before = [backup for backup in of_repository if lsn(backup["lsn"]["stop"]) <= lsn(target)]
    else:
        before = of_repository
    if not before:
        first = min(of_repository, key=stopped)
        ended = datetime.datetime.fromtimestamp(stopped(first), datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S+00")
        raise Refused("%s is before the end of the first backup that could lead there (%s, %s)" % (target, ended, first["lsn"]["stop"]))
    return max(before, key=stopped)


def identifier():
    """The identifier of the database that this member had in another generation, or None on a new volume."""
    for directory in generation.known()["data"]:
        if os.path.exists(os.path.join(directory, "PG_VERSION")):
            return int(controlled(directory, "Database system identifier"))
    return None


def controlled(directory, field):
    """What pg_controldata says of a data directory."""
    with open(os.path.join(directory, "PG_VERSION")) as file:
        program = binary("pg_controldata", file.read().strip())
    told = subprocess.run([program, directory], capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    return re.search("^%s:\\s+(.*)$" % field, told.stdout, re.M).group(1)


def binary(program, version):
    return os.path.join(os.environ["BIN_DIRECTORY"].replace("{version}", str(version)), program)


def check(backup, database):
    """Everything that can be known before a byte is written."""
    wanted = generation.known()["version"]
    if database["version"] != str(wanted):
        raise Refused("backup %s is of PostgreSQL %s, this cluster of %s" % (backup["label"], database["version"], wanted))
    own = identifier()
    if own is not None and own != database["system-id"]:
        raise Refused("backup %s is of the database %d, the data here of %d" % (backup["label"], database["system-id"], own))
    free = shutil.disk_usage(HOME).free
    needed = int(backup["info"]["size"] * 1.05)
    if needed > free:
        raise Refused("backup %s needs %d MiB besides the data that is here, and %d MiB are free: raise volume.size" % (backup["label"], needed >> 20, free >> 20))


def tablespaces(backup, restore):
    """Each to its place in this generation: the files of the other one stay."""
    done = subprocess.run(
        pgbackrest(restore, "--repo=%d" % backup["database"]["repo-key"], "--set=" + backup["label"], "--output=json",
                   "--log-level-console=off", "info"),
        capture_output=True, text=True, check=True,
    )
    places = os.environ.get("TABLESPACE_DIRECTORIES", "").split()
    options = []
    for tablespace in json.loads(done.stdout)[0]["backup"][0].get("tablespace") or []:
        volume = "/".join(tablespace["destination"].split("/")[:5])
        place = next((place for place in places if place.startswith(volume + "/")), None)
        if place is None:
            raise Refused("tablespace %s is at %s, for which this cluster has no volume" % (tablespace["name"], tablespace["destination"]))
        options.append("--tablespace-map=%d=%s" % (tablespace["oid"], place))
    return options


def fetch(backup, restore):
    archive = " ".join(pgbackrest(restore, "--pg1-path=" + COPY, "archive-get", "%f", '"%p"'))
    options = {"type": "default", **restore["options"]}
    if options["type"] != "default":
        options["target-action"] = "promote"
    subprocess.run(
        pgbackrest(restore, "--pg1-path=" + COPY, "--repo=%d" % backup["database"]["repo-key"],
                   "--set=" + backup["label"], "--recovery-option=restore_command=" + archive)
        + tablespaces(backup, restore)
        + ["--%s=%s" % option for option in sorted(options.items()) if option[0] != "set"]
        + ["restore"],
        check=True,
    )


def settle():
    """Has the primary that serves archive all that it has up to now: a target that is minutes old may be in its newest segment.

    It commits a transaction first, for recovery goes on to the first commit after its target. Without a primary, what is
    in the repository is all that there is."""
    primary = generation.primary()
    if primary is None:
        say("nobody serves: this restores what has been archived")
        return
    late = unarchived(primary)
    if late:
        say("%s is not archived after %d s: this restores what has been" % (late, PATIENCE))


def unarchived(primary):
    """Has the primary archive its newest segment. Its name, if that did not come about."""
    name = sql(primary, "select pg_current_xact_id(); select pg_walfile_name(pg_switch_wal())").split()[-1]
    for _ in range(PATIENCE):
        if sql(primary, "select last_archived_wal >= '%s' from pg_stat_archiver" % name) == "t":
            return None
        time.sleep(1)
    return name


def sql(host, query, port=5432, database="postgres"):
    """What a server answers. Raises CalledProcessError."""
    environment = {
        **os.environ, "PGHOST": host, "PGPORT": str(port), "PGSSLMODE": "require", "PGCONNECT_TIMEOUT": "5",
        "PGDATABASE": database,
        "PGUSER": os.environ["PATRONI_SUPERUSER_USERNAME"], "PGPASSWORD": os.environ["PATRONI_SUPERUSER_PASSWORD"],
    }
    psql = [binary("psql", generation.known()["version"]), "-XAtq", "-c", query]
    return subprocess.run(psql, capture_output=True, text=True, check=True, env=environment).stdout.strip()


def configured():
    with open(os.environ["PATRONICTL_CONFIG_FILE"]) as file:
        return yaml.safe_load(file)


def lines(settings):
    """Settings as postgresql.conf has them."""
    return "".join(
        "%s = '%s'\n" % (key, str(value).replace("\\", "\\\\").replace("'", "''")) for key, value in settings.items()
    )


def copied():
    """What a running cluster has, in a timeline of its own: nothing of the source can take the two for one."""
    subprocess.run(["sh", os.path.join(os.path.dirname(__file__), "clone.sh")], env={**os.environ, "PGDATA": COPY}, check=True)
    open(os.path.join(COPY, "recovery.signal"), "w").close()
    recover("clone", {"restore_command": "/bin/false", "recovery_target_timeline": "current"})


def recover(restore, more=None):
    """Runs PostgreSQL until it has reached the target, where nobody can connect to it; it ends as a primary that was stopped."""
    with tempfile.TemporaryDirectory() as private:
        settings, hba = os.path.join(private, "postgresql.conf"), os.path.join(private, "pg_hba.conf")
        with open(settings, "w") as file:
            patroni = configured()
            shared = patroni["bootstrap"]["dcs"]["postgresql"]["parameters"]
            file.write(lines({**shared, **patroni["postgresql"]["parameters"]}))
        with open(hba, "w") as file:
            file.write("local all all reject\n")
        overrides = {
            "config_file": settings, "hba_file": hba, "listen_addresses": "", "unix_socket_directories": private, "ssl": "off",
            # Without it PostgreSQL asks for settings that are as large as they were where the backup is from.
            "hot_standby": "off",
            # What there is to archive waits for the stanza of this generation.
            "archive_mode": "on", "archive_command": "", **(more or {}),
        }
        program = [binary("postgres", generation.known()["version"]), "-D", COPY]
        server = subprocess.Popen(program + ["--%s=%s" % override for override in overrides.items()])
        while server.poll() is None and status() != "ready":
            time.sleep(0.2)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait()
        if controlled(COPY, "Database cluster state") != "shut down":
            times = attempts(restore) + 1
            attempted(restore, times)
            raise Refused("PostgreSQL did not recover; what it said is above. %s" % left(times))


def status(directory=COPY):
    """What PostgreSQL says of itself in the last line of its lock file: it is ready when it would take writes."""
    try:
        with open(os.path.join(directory, "postmaster.pid")) as file:
            return file.read().splitlines()[7].strip()
    except (OSError, IndexError):
        return ""


def attempts(restore):
    """How often this restore was recovered from in vain."""
    if not os.path.exists(ATTEMPTS):
        return 0
    with open(ATTEMPTS) as file:
        before = json.load(file)
    return before["times"] if before["restore"] == restore else 0


def attempted(restore, times):
    with open(ATTEMPTS, "w") as file:
        json.dump({"restore": restore, "times": times}, file)


def left(times):
    if times < MOST:
        return "This is tried %d times" % MOST
    return "This was tried %d times. Correct its options in the spec, and it is tried again" % MOST


def initdb():
    """As Patroni would: with the options that patroni.yml has for it."""
    options = [
        "--" + option if isinstance(option, str) else "--%s=%s" % next(iter(option.items()))
        for option in configured()["bootstrap"]["initdb"]
    ]
    with tempfile.NamedTemporaryFile("w") as password:
        password.write(os.environ["PATRONI_SUPERUSER_PASSWORD"])
        password.flush()
        user = ["--username=" + os.environ["PATRONI_SUPERUSER_USERNAME"], "--pwfile=" + password.name]
        subprocess.run([binary("initdb", generation.known()["version"]), *options, *user, COPY], check=True)


def plan():
    """What to begin with, as (backup, restore), or None for no backup."""
    known = generation.known()
    if known["scope"] != generation.SCOPE:
        raise Refused("the configuration here is of %s, this pod of %s: one of the two is on its way" % (known["scope"], generation.SCOPE))
    # Without backups of its own there is nothing to begin over.
    restore = {"stanza": known.get("stanza"), "options": {}}
    codes, backups, databases = info(restore) if restore["stanza"] else ({}, [], {})
    exists = any(code not in (1, 3) for code in codes.values())  # no directory, no stanza in it
    if exists and not known["declared"]:
        raise Refused(
            "there is no data here, and the repositories hold this database already. To go on from its newest backup, write "
            'spec.backup.pgbackrest.restore: {id: "0"}. To begin with an empty database, write {id: NAME, empty: true}: the backups stay'
        )
    if exists and not backups:
        raise Refused("the stanza %s has WAL and no backup: nothing of it can be restored. Choose another restore.id" % restore["stanza"])
    if not backups:
        if "restore" not in known:
            if not known["empty"] and "upgrade" not in known and (identifier() is not None or generation.primary() is not None):
                raise Refused(
                    "generation %s has neither data nor backups, and another one has. To begin with an empty database, write "
                    "{id: NAME, empty: true}; to go on, name the one that serves in restore.id" % generation.SCOPE
                )
            return None
        restore = known["restore"]
        _, backups, databases = info(restore)
    backup = fitting(backups, restore)
    check(backup, databases[(backup["database"]["repo-key"], backup["database"]["id"])])
    if attempts(restore) >= MOST:
        raise Refused(left(MOST))
    return backup, restore


def clear():
    """Makes room: what did not come to an end is worth nothing."""
    places = os.environ.get("TABLESPACE_DIRECTORIES", "").split()
    for directory in [COPY, PGDATA + ".failed", *os.environ.get("WAL_DIRECTORY", "").split(), *places]:
        shutil.rmtree(directory, ignore_errors=True)
    # PostgreSQL makes tablespaces in directories that are there.
    for directory in places:
        os.makedirs(directory)


def synced(directory):
    handle = os.open(directory, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def make(anew):
    """The data of this generation, whole, in COPY: from a backup, or by what makes them anew."""
    clear()
    planned = plan()
    if planned is None and anew is not None:
        anew()
    elif planned is None and generation.known()["clone"]:
        say("begins with a copy of another cluster")
        copied()
    elif planned is None:
        say("begins with an empty database")
        initdb()
    else:
        backup, restore = planned
        say("begins with backup %s of %s" % (backup["label"], restore["stanza"]))
        try:
            if "config" not in restore:
                settle()
        except (OSError, subprocess.CalledProcessError) as error:
            say("the primary does not answer (%s): this restores what has been archived" % type(error).__name__)
        fetch(backup, restore)
        recover(restore)
    open(WHOLE, "w").close()
    synced(HOME)


def begin(anew=None):
    if not (os.path.exists(WHOLE) and os.path.isdir(COPY)):
        make(anew)
    if "stanza" in generation.known():
        generation.enter()
    if os.path.isdir(PGDATA):
        os.rmdir(PGDATA)
    os.rename(COPY, PGDATA)
    for mark in (WHOLE, ATTEMPTS):
        if os.path.exists(mark):
            os.remove(mark)
    synced(HOME)


def end(reason):
    """Patroni ends the container for it, with a trace of its own: Kubernetes is to show the reason instead."""
    say(reason)
    with open("/dev/termination-log", "w") as log:
        log.write("bootstrap: %s" % reason)
    sys.exit(1)


def run(anew=None):
    try:
        begin(anew)
    except Refused as reason:
        end(reason)
    except subprocess.CalledProcessError as error:
        # Not its arguments: those of a program may be secret.
        end("%s ended with code %d" % (os.path.basename(error.cmd[0]), error.returncode))


if __name__ == "__main__":
    run()

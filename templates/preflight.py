"""What is asked before a major upgrade: each answer is a reason why it would not succeed or would lose something, with what to do about it.

Environment: that of bootstrap.py. https://www.postgresql.org/docs/current/pgupgrade.html
"""
import glob
import os
import re
import shutil
import time

import bootstrap
from bootstrap import binary

FRESH = 26 * 3600  # seconds that the newest backup may be old: one is made every day
# Settings that a restore or Patroni leaves where ALTER SYSTEM puts its own.
OF_RECOVERY = "'^(recovery_|restore_command|primary_conninfo|primary_slot_name|archive_cleanup_command|promote_trigger_file)'"


def programs(old, new):
    """An upgrade needs the programs of both versions."""
    for version, program in ((old, "postgres"), (old, "pg_basebackup"), (new, "pg_upgrade"), (new, "postgres")):
        path = binary(program, version)
        if not os.path.exists(path):
            return (
                "%s is not in this image: an upgrade needs the programs of PostgreSQL %d and %d in one image. "
                "Choose one that has both in spec.dockerImage" % (path, old, new)
            )
    return None


def version(ask, old, new):
    found = int(ask("show server_version_num")) // 10000
    if found == new:
        return "the data are of PostgreSQL %d already: take spec.postgresql.upgrade out" % new
    if found != old:
        return "the data are of PostgreSQL %d, and spec.postgresql.upgrade.from is %d: write from: \"%d\"" % (found, old, found)
    return None


def serving(former, address, replicas):
    """What is asked of a generation that serves: the way back to it, and to a backup."""
    streams = "select application_name from pg_stat_replication where state = 'streaming'"
    # The primary may have changed a moment ago: the member that asks led before it was replaced.
    for _ in range(bootstrap.PATIENCE):
        idle = set(replicas) - set(bootstrap.sql(address, streams).splitlines())
        if not idle:
            break
        time.sleep(1)
    return [*("%s does not stream from the primary" % replica for replica in sorted(idle)), *backup(former, address)]


def backup(former, address):
    """A backup of a day, and all that was written since."""
    _, backups, _ = bootstrap.info({"stanza": former["stanza"], "options": {}})
    newest = max((bootstrap.stopped(each) for each in backups), default=0)
    if time.time() - newest > FRESH:
        age = "there is no backup of %s" % former["stanza"]
        if backups:
            age = "the newest backup of %s is %d hours old" % (former["stanza"], (time.time() - newest) / 3600)
        return ["%s: go back to the spec before, and make one with spec.backup.now" % age]
    late = bootstrap.unarchived(address)
    return ["%s is not archived within %d s" % (late, bootstrap.PATIENCE)] if late else []


def database(ask, folder):
    """What is asked of the data themselves."""
    return [*lost(ask), *room(ask, folder)]


def lost(ask):
    """What pg_upgrade refuses or leaves behind."""
    def names(query):
        return ", ".join(sorted(ask(query).splitlines()))

    prepared = names("select quote_literal(gid) || ' in ' || database from pg_prepared_xacts")
    slots = names("select slot_name from pg_replication_slots where slot_type = 'logical' and not temporary")
    subscriptions = names("select subname from pg_subscription") if int(ask("show server_version_num")) < 170000 else ""
    altered = names(
        "select distinct name from pg_file_settings where sourcefile like '%%/postgresql.auto.conf' and name !~ %s" % OF_RECOVERY
    )
    return [
        reason % found
        for found, reason in (
            (prepared, "transactions are prepared: %s. Commit or roll them back"),
            (slots, "logical slots do not come along: %s. Drop them when their consumers have all, and take them out of spec.patroni.slots"),
            (subscriptions, "subscriptions do not come along whole from this version: %s. Drop them, and make them anew afterwards"),
            (altered, "ALTER SYSTEM set what does not come along: %s. Put it into spec.postgresql.parameters, and ALTER SYSTEM RESET it"),
        )
        if found
    ]


def room(ask, folder):
    """Whether a copy fits beside what is there, on each volume. The new database shares the copy's files, but for its catalogs."""
    reasons = []
    databases = int(ask("select count(*) from pg_database"))
    wal = int(ask("select sum(size) from pg_ls_waldir()"))
    needed = int(ask("select sum(pg_tablespace_size(oid)) from pg_tablespace where spcname in ('pg_default', 'pg_global')"))
    volumes = [(folder, int(needed * 1.05) + wal + (databases * 16 << 20) + (64 << 20))]
    places = os.environ.get("TABLESPACE_DIRECTORIES", "").split()
    for name, location, size in tablespaces_of(ask):
        place = place_of(location, places)
        if place is None:
            reasons.append("tablespace %s is at %s, for which this cluster has no volume" % (name, location))
        else:
            volumes.append((place, int(size * 1.05) + (16 << 20)))
    for place, wanted in volumes:
        there = place
        while not os.path.exists(there):
            there = os.path.dirname(there)
        free = shutil.disk_usage(there).free
        if wanted > free:
            reasons.append("a copy needs %d MiB below %s, and %d MiB are free: raise the size of that volume" % (wanted >> 20, there, free >> 20))
    return reasons


def tablespaces_of(ask):
    rows = ask("select spcname, pg_tablespace_location(oid), pg_tablespace_size(oid) from pg_tablespace where spcname !~ '^pg_'")
    return [(name, location, int(size)) for name, location, size in (row.split("|") for row in rows.splitlines())]


def place_of(location, places):
    volume = "/".join(location.split("/")[:5])
    return next((place for place in places if place.startswith(volume + "/")), None)


def tablespaces(ask):
    """Where each is, and where its copy goes."""
    places = os.environ.get("TABLESPACE_DIRECTORIES", "").split()
    return [(location, place_of(location, places)) for _, location, _ in tablespaces_of(ask)]


def initdb(ask, new):
    """Options that make a new database one that the old files fit."""
    number = int(ask("show server_version_num"))
    locale = "datlocale" if number >= 170000 else "daticulocale" if number >= 150000 else "''"
    provider = "datlocprovider" if number >= 150000 else "'c'"
    rules = "daticurules" if number >= 160000 else "''"
    row = ask(
        "select pg_encoding_to_char(encoding), datcollate, datctype, %s, coalesce(%s, ''), coalesce(%s, '') "
        "from pg_database where datname = 'template0'" % (provider, locale, rules)
    )
    encoding, collate, ctype, kind, own, rules = row.split("|")
    options = ["--encoding=" + encoding, "--lc-collate=" + collate, "--lc-ctype=" + ctype]
    if new >= 15:
        options.append("--locale-provider=" + {"c": "libc", "i": "icu", "b": "builtin"}[kind])
        options += ["--icu-locale=" + own] if kind == "i" else ["--builtin-locale=" + own] if kind == "b" else []
        options += ["--icu-rules=" + rules] if rules else []
    for name in ("messages", "monetary", "numeric", "time"):
        options.append("--lc-%s=%s" % (name, ask("show lc_" + name)))
    if ask("show data_checksums") == "on":
        options.append("--data-checksums")
    elif new >= 18:
        options.append("--no-data-checksums")
    segment = int(ask("select setting from pg_settings where name = 'wal_segment_size'")) >> 20
    options.append("--wal-segsize=%d" % segment)
    if ask("show data_directory_mode") == "0750":
        options.append("--allow-group-access")
    return options


def known_to_new(socket, old_port, new_port):
    """Extensions and settings of any database that the new version does not have."""
    def ask(query, port, database="postgres"):
        return bootstrap.sql(socket, query, port, database).splitlines()

    available = set(ask("select name from pg_available_extensions", new_port))
    settings = set(ask("select lower(name) from pg_settings", new_port))
    reasons = []
    for database in ask("select datname from pg_database where datallowconn", old_port):
        for extension in ask("select extname from pg_extension", old_port, database):
            if extension not in available:
                reasons.append("this image has no extension %s for the new version: database %s has it" % (extension, database))
        kept = (
            "select distinct lower(split_part(unnest(setconfig), '=', 1)) from pg_db_role_setting "
            "union select distinct lower(split_part(unnest(proconfig), '=', 1)) from pg_proc where proconfig is not null"
        )
        for setting in ask(kept, old_port, database):
            # A name with a dot may be anybody's.
            if setting not in settings and "." not in setting:
                reasons.append("the new version has no setting %s: a role, a database or a function of %s sets it" % (setting, database))
    return sorted(set(reasons))


# Indexes that are sorted by a collation: those of "C" and "POSIX" are sorted by bytes. https://www.postgresql.org/docs/current/collation.html
SORTED = (
    "from pg_index join pg_class on pg_class.oid = indexrelid where indrelid >= 16384 and relkind = 'i' and exists "
    "(select from unnest(indcollation) one join pg_collation on pg_collation.oid = one where collname not in ('C', 'POSIX', 'ucs_basic'))"
)


def sorting(socket, old_port, new_port):
    """Databases whose text the libraries of this image sort by another version than when it was indexed, where something is."""
    def ask(query, port, database="postgres"):
        return bootstrap.sql(socket, query, port, database)

    # Before 15 no version was kept, before 13 of nothing.
    number = int(ask("show server_version_num", old_port))
    if number < 150000:
        return []
    locale = "datlocale" if number >= 170000 else "daticulocale"
    rows = ask(
        "select datname, datlocprovider, coalesce(%s, datcollate), datcollversion from pg_database "
        "where datallowconn and datcollversion is not null" % locale, old_port
    )
    found = []
    for database, kind, name, then in (row.split("|") for row in rows.splitlines()):
        provider = {"c": "libc", "i": "icu", "b": "builtin"}[kind]
        probe = (
            "create collation pg_temp.probe (provider = %s, locale = '%s'); "
            "select pg_collation_actual_version(oid) from pg_collation where collname = 'probe'" % (provider, name.replace("'", "''"))
        )
        now = ask(probe, new_port)
        if now != then and int(ask("select count(*) " + SORTED, old_port, database)):
            found.append("%s (%s -> %s)" % (database, then, now))
    return found


def why(output, folders):
    """What pg_upgrade says is wrong, and the lists that it has written. Its logs have statements in them, of which the errors are told."""
    said = re.split(r"\bfatal\b|\*failure\*", output)[-1] if re.search("fatal|failure", output) else output[-500:]
    said = said.replace("Failure, exiting", "")
    found = [" ".join(said.split())]
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(folder, "**", "*.txt"), recursive=True)):
            with open(path, errors="replace") as file:
                found.append("%s: %s" % (os.path.basename(path), " ".join(file.read(1000).split())))
        for path in sorted(glob.glob(os.path.join(folder, "**", "pg_upgrade_dump_*.log"), recursive=True)):
            with open(path, errors="replace") as file:
                found += [line.strip() for line in file if re.search(r"\bERROR:", line)][:5]
    return " ".join(found)[:3000]

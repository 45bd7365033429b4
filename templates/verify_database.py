"""A PostgreSQL over the restored files, which nobody else reaches."""
import os
import re
import signal
import subprocess
import threading

from verify_archive import address
from verify_run import DATA, SCRATCH, SETTINGS, Failed, environment, gist, run, say

SOCKET = "/tmp/socket"
# What the primary was started with, and what recovery has to have at least.
LEAST = {
    "max_connections": "max_connections",
    "max_locks_per_xact": "max_locks_per_transaction",
    "max_prepared_xacts": "max_prepared_transactions",
}
# What a subscriber needs at least as many of as it had; their name was another one until 18.
ORIGINS = ("max_replication_slots", "max_active_replication_origins")
bin_directory = {}


def tool(name):
    return os.path.join(bin_directory["path"], name)


def control():
    """What pg_controldata says, by its labels."""
    answer = run([tool("pg_controldata"), DATA], env=dict(os.environ, LC_ALL="C"))
    if answer.returncode != 0:
        raise Failed("pg_controldata: " + gist(answer.stderr))
    return dict(re.findall(r"^(.+?): +(.*)$", answer.stdout, re.M))


def segment_size(version):
    """Bytes of a WAL segment. Says where the programs of that version are."""
    bin_directory["path"] = SETTINGS["binDirectory"].replace("{version}", version)
    if not os.path.exists(tool("postgres")):
        raise Failed("the backup is of PostgreSQL %s, which the image does not have" % version)
    return int(control()["Bytes per WAL segment"])


def settings():
    """On the command line, where nothing in the restored files has a say."""
    known = control()
    own = SETTINGS["parameters"]
    least = {name: [known[label + " setting"], own.get(name, "")] for label, name in LEAST.items()}
    return {
        **{name: max(int(value) for value in values if value.isdigit()) for name, values in least.items()},
        **{name: own[name] for name in ORIGINS if name in own},
        "shared_buffers": SETTINGS["sharedBuffers"],
        "shared_preload_libraries": own.get("shared_preload_libraries", ""),
        **({"encryption_key_command": SETTINGS["keyCommand"]} if SETTINGS["keyCommand"] else {}),
        "config_file": SCRATCH + "/postgresql.conf",
        "hba_file": SCRATCH + "/pg_hba.conf",
        "ident_file": SCRATCH + "/postgresql.conf",
        "external_pid_file": SCRATCH + "/pid",
        "listen_addresses": "",
        "unix_socket_directories": SOCKET,
        "port": 5432,
        "ssl": "off",
        "archive_mode": "off",
        "archive_command": "",
        # A copy does nothing on its own: no jobs of extensions, no subscriptions, no autovacuum.
        "max_worker_processes": 0,
        "max_logical_replication_workers": 0,
        "max_wal_senders": 0,
        "autovacuum": "off",
        "jit": "off",
        "hot_standby": "off",
        "recovery_min_apply_delay": 0,
        "primary_conninfo": "",
        "synchronous_standby_names": "",
        "fsync": "off",
        "huge_pages": "off",
        "lc_messages": "C",
        "log_destination": "stderr",
        "logging_collector": "off",
        "log_min_messages": "warning",
    }


def start(version):
    """PostgreSQL, once it has replayed all WAL that it finds."""
    os.mkdir(SOCKET, 0o700)
    for name, text in (("postgresql.conf", ""), ("pg_hba.conf", "local all all trust\n")):
        with open(SCRATCH + "/" + name, "w") as file:
            file.write(text)
    while True:
        server, reason = started()
        if server:
            return server
        # That of a tablespace that is younger than the backup: PostgreSQL wants it to be made, and to be started again.
        missing = re.search(r'directory "(/[^"]+)" does not exist', reason)
        if not missing or not is_made(missing.group(1)):
            raise Failed("PostgreSQL %s does not start: %s" % (version, gist(reason)))


def is_made(directory):
    """Makes a directory. Above all of them is the scratch space."""
    try:
        os.makedirs(directory, 0o700)
    except OSError:
        return False
    return True


def started():
    """PostgreSQL when it takes connections, or else why it ended."""
    options = [part for name, value in settings().items() for part in ("-c", "%s=%s" % (name, value))]
    server = subprocess.Popen(
        [tool("postgres"), "-D", DATA, *options],
        env=environment(PGBACKREST_LOG_LEVEL_CONSOLE="error"),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    said = []
    for line in server.stderr:
        print(line, end="", flush=True)
        said.append(line)
        if "database system is ready to accept connections" in line:
            # Its log has to be read on, or it would stop in it.
            threading.Thread(target=echo, args=(server.stderr,), daemon=True).start()
            return server, ""
    server.wait()
    reasons = re.findall(r"(?:FATAL|PANIC): .*", "".join(said)) or said[-1:] or ["it said nothing"]
    return None, reasons[0]


def echo(lines):
    for line in lines:
        print(line, end="", flush=True)


def stop(server):
    server.send_signal(signal.SIGINT)
    server.wait()


def client(database, options):
    """Environment of a client. As an argument the name of a database could be a whole connection string."""
    return dict(
        os.environ, PGHOST=SOCKET, PGPORT="5432", PGUSER=SETTINGS["superuser"], PGDATABASE=database, PGOPTIONS=options
    )


def psql(database, sql, options="-c default_transaction_read_only=on"):
    # Never a command of psql's: those begin with a backslash, and this with a line break.
    command = [tool("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", "\n" + sql]
    return run(command, env=client(database, options))


def reached(wal):
    """The time of the last transaction that was replayed; Failed unless replay came to the newest WAL of the archive."""
    answer = psql("postgres", "select pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()")
    if answer.returncode != 0:
        raise Failed("PostgreSQL does not answer: " + gist(answer.stderr))
    end, time = answer.stdout.strip().split("|")
    say("replayed to %s, the last transaction is of %s" % (end, time or "before the backup"))
    number, offset = divmod(address(end), wal["size"])
    names = wal["names"]
    if (number, offset) <= (max(names), 0):
        first = names.get(number, "the WAL behind it")
        raise Failed(
            "replay ended at %s, and the newest WAL of the archive is %s: %s cannot be read, or belongs to another history"
            % (end, wal["name"], first)
        )
    return time


def amcheck(level):
    """How tables and indexes were checked, and what is wrong with them."""
    if level == "none":
        return "not asked for", []
    there = psql("postgres", "select count(*) from pg_available_extensions where name = 'amcheck'")
    if not os.path.exists(tool("pg_amcheck")) or there.stdout.strip() != "1":
        return "not in the image", []
    deep = ["--heapallindexed"] if level == "all" else []
    answer = run([tool("pg_amcheck"), "--all", "--install-missing", *deep], env=client("postgres", ""))
    if answer.returncode == 0:
        return "passed", []
    lines = [line for line in (answer.stdout + answer.stderr).splitlines() if line.strip() != ""]
    return "failed", ["pg_amcheck: " + " ".join(gist(line) for line in lines[:4])]


def asked(query):
    """What is wrong with the answer to a query of the spec's."""
    answer = psql(query["database"], query["sql"])
    if answer.returncode != 0:
        return ["query %s failed: %s" % (query["name"], gist(answer.stderr))]
    given = answer.stdout.strip()
    if "expect" not in query or given == query["expect"].strip():
        return []
    return ["query %s gave %s, and not %s" % (query["name"], repr(given[:200]), repr(query["expect"][:200]))]


def checksums():
    """How the pages of the files were checked, and what is wrong with them. PostgreSQL has to be stopped for it."""
    if control().get("Data page checksum version", "0") == "0":
        return "the cluster has none", []
    if SETTINGS["keyCommand"]:
        return "the files are encrypted", []
    answer = run([tool("pg_checksums"), "--check", "-D", DATA])
    if answer.returncode == 0:
        return "passed", []
    bad = re.findall(r"checksum verification failed.*", answer.stderr)
    return "failed", ["pg_checksums: " + "; ".join(bad[:3] or [gist(answer.stderr)])]

"""Proves that the newest backup of a repository can be restored with all WAL since: restores it into scratch space, starts
PostgreSQL there, where nobody else reaches it, looks at its pages and indexes, and asks what the spec asks.

Ends with 0 if that is proved, 1 if the contrary is, and 2 if neither is, as when the repository cannot be reached: the Job then tries
again. The last line that it prints, the container's termination message too, is its report. Argument: the number of the repository.
"""
import contextlib
import json
import shutil
import signal
import sys
import time

import verify_archive
import verify_database
import verify_repository
from verify_run import SCRATCH, SETTINGS, Failed, Undecided, say

CODES = {"passed": 0, "failed": 1, "undecided": 2}
MESSAGE = "/dev/termination-log"
ROOM = 3500  # bytes of a report: Kubernetes keeps 4096 of a termination message

now = {"step": "start"}


@contextlib.contextmanager
def step(report, name):
    """A part of the work, whose duration is in the report, with no loss if it fails."""
    now["step"] = name
    say(name)
    start = time.time()
    try:
        yield
    finally:
        report["seconds"][name] = round(time.time() - start, 1)


def old(what, age, most):
    """What is wrong about an age, in seconds."""
    if most is None or age <= most:
        return []
    return ["the newest %s is %d s old, and at most %d s are allowed" % (what, age, most)]


def prove(repository, report):
    """Fills in the report, what is wrong included. Raises Failed or Undecided where it cannot go on."""
    start = time.time()
    problems = report["problems"]
    with step(report, "repository"):
        backup = verify_repository.newest_backup(repository)
        report["backup"] = backup["label"]
        report["backupAge"] = int(start - backup["timestamp"]["stop"])
    problems += old("backup", report["backupAge"], SETTINGS["maxBackupAge"])
    if backup["error"]:
        problems.append("the backup was made of damaged pages, which pgBackRest noticed then")

    free = shutil.disk_usage(SCRATCH).free
    if free < backup["info"]["size"]:
        raise Failed(
            "the scratch volume has %d bytes free, and the backup has %d: raise spec.backup.verification.volume.size"
            % (free, backup["info"]["size"])
        )
    with step(report, "restore"):
        verify_repository.restore(repository, backup)
    with step(report, "archive"):
        wal = verify_archive.newest(repository, backup, verify_database.segment_size(backup["version"]))
        report.update(wal=wal["name"], walAge=max(0, int(start - wal["time"])), walSince=wal["since"])
        problems += old("WAL", report["walAge"], SETTINGS["maxWalAge"])
    with step(report, "replay"):
        server = verify_database.start(backup["version"])
    try:
        report["lastTransaction"] = verify_database.reached(wal)
        with step(report, "amcheck"):
            report["checks"]["amcheck"], found = verify_database.amcheck(SETTINGS["amcheck"])
            problems += found
        with step(report, "queries"):
            report["checks"]["queries"] = len(SETTINGS["queries"])
            problems += [wrong for query in SETTINGS["queries"] for wrong in verify_database.asked(query)]
    finally:
        verify_database.stop(server)
    with step(report, "checksums"):
        report["checks"]["checksums"], found = verify_database.checksums()
        problems += found
    if SETTINGS["wholeRepository"]:
        with step(report, "files"):
            problems += verify_repository.damaged_for_good(repository)


def limited(report):
    """The report as a line that a termination message has room for."""
    report["problems"] = [problem[:500] for problem in report["problems"]]
    while len(json.dumps(report).encode()) > ROOM and report["problems"]:
        report["problems"].pop()
        report["more"] = report.get("more", 0) + 1
    return json.dumps(report)


def end_with(error):
    def raised(_signal, _frame):
        raise error

    return raised


def main(repository):
    start = time.time()
    limit = SETTINGS["deadlineSeconds"]
    late = Failed("not done within the %d s that are allowed" % limit)
    # Before Kubernetes does so, which keeps nothing of what was said.
    signal.signal(signal.SIGALRM, end_with(late))
    signal.setitimer(signal.ITIMER_REAL, limit - min(60, limit / 2))
    signal.signal(signal.SIGTERM, end_with(Undecided("the pod was told to end")))

    report = {"result": "passed", "cluster": SETTINGS["cluster"], "repository": "repo" + repository}
    report.update(checks={}, problems=[], seconds={})
    try:
        prove(repository, report)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Exception as error:  # also one that nobody thought of: what is not reported is not seen
        signal.setitimer(signal.ITIMER_REAL, 0)
        asked = "backup" in report and error is not late and isinstance(error, Failed)
        gone = asked and not verify_repository.is_there(repository, report["backup"])
        if not report["problems"] and (gone or not isinstance(error, Failed)):
            report["result"] = "undecided"
        what = error if isinstance(error, (Failed, Undecided)) else repr(error)
        report["problems"].append("%s: %s%s" % (now["step"], what, "; the backup has expired meanwhile" if gone else ""))
    if report["problems"] and report["result"] == "passed":
        report["result"] = "failed"
    report["seconds"]["all"] = round(time.time() - start, 1)
    for problem in report["problems"]:
        say("%s: %s" % (report["result"], problem))
    line = limited(report)
    with open(MESSAGE, "w") as message:
        message.write(line)
    print(line, flush=True)
    return CODES[report["result"]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

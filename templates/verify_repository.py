"""What pgBackRest knows about a repository."""
import json
import os
import re

from verify_run import DATA, SCRATCH, Failed, Undecided, gist, pgbackrest, say, trouble


def info(repository):
    """The stanza in that repository."""
    answer = pgbackrest(repository, "--output=json", "info")
    if answer.returncode != 0:
        raise trouble("the repository cannot be read", answer.stderr)
    # It quotes what it could not read, bytes and all.
    [stanza] = json.loads(answer.stdout, strict=False)
    status = stanza["repo"][0]["status"] if stanza.get("repo") else stanza["status"]
    if status["code"] != 0:
        raise trouble("the repository cannot be read", status["message"])
    return stanza


def newest_backup(repository):
    """The backup that was done last, with the archive of its WAL and its version of PostgreSQL."""
    stanza = info(repository)
    if not stanza["backup"]:
        raise Failed("there is no backup")
    backup = max(stanza["backup"], key=lambda each: each["timestamp"]["stop"])
    number = backup["database"]["id"]
    [version] = [each["version"] for each in stanza["db"] if each["id"] == number]
    say("the newest backup is %s" % backup["label"])
    return dict(backup, version=version, archiveId="%s-%d" % (version, number))


def is_there(repository, label):
    """Whether a backup is still listed. One that cannot be asked for is no reason to call it expired."""
    try:
        return label in [backup["label"] for backup in info(repository)["backup"]]
    except (Failed, Undecided):
        return True


def restore(repository, backup):
    os.mkdir(DATA, 0o700)
    # All of it into the scratch space: no link leads out of there.
    inside = ["--tablespace-map-all=" + SCRATCH + "/tablespaces", "--no-link-all"]
    answer = pgbackrest(repository, "--set=" + backup["label"], "--archive-mode=off", *inside, "restore")
    if answer.returncode == 0:
        return
    error = trouble("the backup %s cannot be restored" % backup["label"], answer.stderr)
    if isinstance(error, Failed):
        # Which file it is: a restore does not say so of one whose content is wrong.
        names = damaged(repository, "--set=" + backup["label"])
        raise Failed("; ".join([str(error), *names]))
    raise error


def damaged(repository, *options):
    """
    What is missing or wrong among the files of the repository. `verify` ends with 0 whatever it finds, says nothing unless it is asked
    for text, and calls a repository without a manifest well, so its answer is read line by line.
    """
    answer = pgbackrest(repository, "--output=text", "--verbose", *options, "verify", log="info")
    if answer.returncode != 0:
        raise trouble("the files cannot be verified", answer.stderr)
    files = re.findall(r"INFO: ((?:invalid|missing|no|unable) .*)", answer.stderr)
    bad = [line.strip() for line in answer.stdout.splitlines() if is_bad(line)]
    if "status: ok" in answer.stdout and not bad:
        return []
    return ["pgbackrest verify: " + "; ".join(gist(line) for line in [*files, *bad] or [answer.stdout])]


def kept(repository):
    """What the repository has, of which an expiration takes away."""
    stanza = info(repository)
    return {each["label"] for each in stanza["backup"]} | {(each["id"], each["min"]) for each in stanza["archive"]}


def damaged_for_good(repository):
    """What is wrong with the files of the repository, if nothing was taken out of it meanwhile."""
    before = kept(repository)
    found = damaged(repository)
    if found and before - kept(repository):
        raise Undecided("backups or WAL have expired while they were read")
    return found


def is_bad(line):
    backup = re.match(r"\s*backup: (\S+), status: (.+?),", line)
    if backup:
        # One that is being made has no manifest yet.
        return backup.group(2) not in ("valid", "in-progress")
    counts = re.match(r"\s*missing: (\d+), checksum invalid: (\d+), size invalid: (\d+), other: (\d+)", line)
    if counts:
        return any(int(count) > 0 for count in counts.groups())
    return bool(re.match(r"\s*(No |status: error)", line)) and "status: error" not in line

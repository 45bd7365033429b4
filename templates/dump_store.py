"""Dumps in the stores that pgBackRest reaches: a volume, S3, GCS and Azure, with their keys and with their encryption.

A run is a folder: a file for each database, one for the roles, and its manifest, which is put last. Without a manifest a run is
not whole. pgBackRest calls its `repo-put` and `repo-rm` internal, so nothing is taken for stored before it was read back.
Environment: FOLDER, and pgBackRest's own.
"""
import glob
import hashlib
import json
import os
import re
import subprocess
import sys

FOLDER = os.environ["FOLDER"]
MANIFEST = "manifest.json"
RUN = re.compile(r"\d{8}T\d{6}Z")
CHUNK = 1 << 20


class Failure(Exception):
    """What cannot be done, in words for a log."""


def say(text):
    print("logical-backup: " + text, file=sys.stderr, flush=True)


def pgbackrest(store, *arguments):
    """The command for the store of a number. It answers on its output, so what it has to say goes elsewhere."""
    return ["pgbackrest", "--repo=" + store, "--log-level-console=off", "--log-level-stderr=warn", *arguments]


def passphrase(store):
    """Of an encrypted store. `repo-get` has to be told it for all that is neither a backup nor WAL."""
    given = os.environ.get("PGBACKREST_REPO%s_CIPHER_PASS" % store)
    line = re.compile(r"^\s*repo%s-cipher-pass\s*=\s*(.*?)\s*$" % store, re.M)
    for path in sorted(glob.glob(os.environ["PGBACKREST_CONFIG_INCLUDE_PATH"] + "/*.conf")):
        with open(path) as file:
            found = line.search(file.read())
        given = given or (found and found.group(1))
    return {"PGBACKREST_CIPHER_PASS": given} if given else {}


def chunks(store, path):
    """What a file holds, piece by piece. Raises Failure if it cannot be read to its end."""
    command = pgbackrest(store, "repo-get", path)
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **passphrase(store)})
    try:
        yield from iter(lambda: reader.stdout.read(CHUNK), b"")
        if reader.wait() != 0:
            raise Failure("repo%s: %s cannot be read" % (store, path))
    finally:
        end(reader)


def measure(pieces):
    """Size and digest."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return {"bytes": size, "sha256": digest.hexdigest()}


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        try:
            if stream:
                stream.close()
        except BrokenPipeError:
            pass


def copy(program, path, stores):
    """Puts what a program writes into a file of each store, and reads it back there.

    Returns what `measure` does, and the stores that have the file. Raises Failure if the program fails: then none has it.
    """
    source = subprocess.Popen(program, stdout=subprocess.PIPE)
    sinks = {store: subprocess.Popen(pgbackrest(store, "repo-put", path), stdin=subprocess.PIPE) for store in stores}
    broken = set()

    def feed():
        for piece in iter(lambda: source.stdout.read(CHUNK), b""):
            yield piece
            for store in set(sinks) - broken:
                try:
                    sinks[store].stdin.write(piece)
                except BrokenPipeError:
                    broken.add(store)
            if broken == set(sinks):
                return

    try:
        measured = measure(feed())
        # Nothing is closed before: a file that is closed is a file that is there.
        if broken == set(sinks):
            end(source)
        elif source.wait() != 0:
            raise Failure("%s ended with %d" % (os.path.basename(program[0]), source.returncode))
        for store in set(sinks) - broken:
            try:
                sinks[store].stdin.close()
            except BrokenPipeError:
                broken.add(store)
        held = [store for store in stores if store not in broken and sinks[store].wait() == 0]
    finally:
        for process in [source, *sinks.values()]:
            end(process)
    return measured, [store for store in held if is_there(store, path, measured)]


def is_there(store, path, measured):
    try:
        if measure(chunks(store, path)) == measured:
            return True
        say("repo%s: %s is not what was put there" % (store, path))
    except Failure as failure:
        say(str(failure))
    return False


def put(store, path, data):
    """A small file. True if the store has it."""
    done = subprocess.run(pgbackrest(store, "repo-put", path), input=data)
    return done.returncode == 0 and is_there(store, path, measure([data]))


def runs(store):
    """The runs in a store by their names, oldest first, and whether each is whole."""
    command = pgbackrest(store, "repo-ls", "--recurse", "--output=json", FOLDER)
    answer = subprocess.run(command, stdout=subprocess.PIPE)
    if answer.returncode != 0:
        raise Failure("repo%s: its dumps cannot be listed" % store)
    paths = json.loads(answer.stdout or "{}")
    names = {path.split("/")[0] for path in paths}
    return {name: "%s/%s" % (name, MANIFEST) in paths for name in sorted(names) if RUN.fullmatch(name)}


def manifest(store, run):
    return json.loads(b"".join(chunks(store, "%s/%s/%s" % (FOLDER, run, MANIFEST))))


def remove(store, run):
    """The manifest goes first, so that half a run is never taken for a whole one. True if nothing is left."""
    folder = "%s/%s" % (FOLDER, run)
    commands = [("repo-rm", folder + "/" + MANIFEST), ("repo-rm", "--recurse", folder)]
    return all(subprocess.run(pgbackrest(store, *command)).returncode == 0 for command in commands)

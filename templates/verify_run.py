"""What the parts of the verification share. https://pgbackrest.org/command.html"""
import json
import os
import re
import subprocess

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "verification.json")) as file:
    SETTINGS = json.load(file)

SCRATCH = SETTINGS["scratch"]
DATA = SCRATCH + "/data"


class Failed(Exception):
    """What is in the repository is not what it should be."""


class Undecided(Exception):
    """Nothing is known about what is in the repository."""


def say(text):
    print("verify: " + text, flush=True)


def run(command, **options):
    """A program to its end, without a shell: its exit code, output and errors."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        **options,
    )


def pgbackrest(repository, *arguments, log="error"):
    """pgBackRest about one repository. Its log is in the errors, as far as that level."""
    fixed = ["--stanza=" + SETTINGS["stanza"], "--repo=" + repository]
    quiet = ["--log-level-console=off", "--log-level-stderr=" + log]
    return run(["pgbackrest", *fixed, *quiet, *arguments], env=environment())


def environment(**more):
    """Of pgBackRest and of what calls it: the data is in the scratch space, which not every command takes as an option."""
    return dict(os.environ, PGBACKREST_PG1_PATH=DATA, **more)


def gist(text):
    """The first error in a log or an answer of pgBackRest's, in a line that a terminal can show."""
    found = re.search(r"ERROR: +(.*)", text) or re.search(r"(\S.*)", text)
    line = "".join(c for c in found.group(1) if " " <= c <= "~") if found else "it said nothing"
    # The reason that an object store gives.
    code = re.search(r"<Code>(\w+)</Code>", text)
    return line[:200].rstrip(": ") + (" (%s)" % code.group(1) if code else "")


def trouble(what, text):
    """Failed or Undecided, by what pgBackRest says."""
    if re.search(r"HostConnectError|ServiceError|unable to get address|timeout|failed with 5\d\d|status: 5\d\d", text):
        return Undecided("%s: %s" % (what, gist(text)))
    if re.search(r"failed with 40[13]|ExpiredToken", text):
        return Failed("%s: %s: the store refuses the key" % (what, gist(text)))
    if re.search(r"CryptoError|FormatError", text):
        return Failed("%s: %s: damaged, or encrypted with another key" % (what, gist(text)))
    return Failed("%s: %s" % (what, gist(text)))

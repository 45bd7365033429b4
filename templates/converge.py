"""Brings what Patroni keeps in its DCS to what the spec says. Patroni reads it from a file once, when a cluster is made; from then
on it is changed through a member's API: https://patroni.readthedocs.io/en/latest/dynamic_configuration.html

What the spec does not say is left as it is, and named. A standby cluster whose spec has no `standby` any more is promoted. The
other way there is none: a primary is not made to follow. Safe to run at any time, and twice at once.

Environment: SCOPE, MEMBERS (their hosts), DECLARED (JSON), OWNED (the parameters that are the spec's, or nobody's), PATIENCE (seconds).
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request

DECLARED = json.loads(os.environ["DECLARED"])


class Refused(Exception):
    """What has to change before this can go on."""


def say(text):
    print("converge: %s" % text, file=sys.stderr, flush=True)


def ask(host, path, body=None):
    """The answer of a member's Patroni as data. Raises OSError or ValueError."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request("http://%s:8008%s" % (host, path), data, method="GET" if body is None else "PATCH")
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.loads(response.read())


def member():
    """The host of a member of this generation. Raises OSError if there is none."""
    reasons = []
    for host in os.environ["MEMBERS"].split():
        try:
            if ask(host, "/patroni")["patroni"]["scope"] == os.environ["SCOPE"]:
                return host
            reasons.append("%s is of another generation" % host)
        except (OSError, ValueError, KeyError) as error:
            reasons.append("%s: %s" % (host, error))
    raise OSError("; ".join(reasons))


def alike(one, other):
    """A number is one however it is written; a truth is none."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return str(one) == str(other)


def difference(declared, current):
    """What of the declared keys is not so."""
    patch = {}
    for key, value in declared.items():
        had = current.get(key)
        if isinstance(value, dict):
            deeper = difference(value, had if isinstance(had, dict) else {})
            if deeper or had is None:
                patch[key] = deeper
        elif not alike(had, value):
            patch[key] = value
    return patch


def gone(current):
    """What left the spec: parameters that are nobody else's, and what a standby cluster followed."""
    patch = {}
    declared = DECLARED["postgresql"]["parameters"]
    there = (current.get("postgresql") or {}).get("parameters") or {}
    parameters = {name: None for name in os.environ["OWNED"].split() if name in there and name not in declared}
    if parameters:
        patch["postgresql"] = {"parameters": parameters}
    followed = current.get("standby_cluster")
    if followed and "standby_cluster" not in DECLARED:
        patch["standby_cluster"] = None
    elif followed:
        keys = {key: None for key in followed if key not in DECLARED["standby_cluster"]}
        if keys:
            patch["standby_cluster"] = keys
    return patch


def merged(one, other):
    both = dict(one)
    for key, value in other.items():
        both[key] = merged(one[key], value) if isinstance(value, dict) and isinstance(one.get(key), dict) else value
    return both


def lines(patch, current, place=""):
    """A patch for people: each key with what it was."""
    for key, value in patch.items():
        had = current.get(key) if isinstance(current, dict) else None
        if isinstance(value, dict):
            yield from lines(value, had, "%s%s." % (place, key))
        else:
            yield "%s%s: %s -> %s" % (place, key, json.dumps(had), json.dumps(value))


def foreign(current):
    known = set(DECLARED) | {"standby_cluster", "pgrender"}
    yield from (key for key in current if key not in known)
    declared = DECLARED["postgresql"]["parameters"]
    parameters = (current.get("postgresql") or {}).get("parameters") or {}
    owned = os.environ["OWNED"].split()
    yield from ("postgresql.parameters.%s" % name for name in parameters if name not in declared and name not in owned)
    yield from ("slots.%s" % slot for slot in current.get("slots") or {} if slot not in DECLARED.get("slots", {}))


def converged():
    """One look. None when all is as it should be, else what is waited for."""
    host = member()
    current = ask(host, "/config")
    if current.get("pgrender"):
        return "%s has handed over to another generation" % os.environ["SCOPE"]
    members = ask(host, "/cluster")["members"]
    leaders = [each for each in members if each["role"] in ("leader", "standby_leader")]
    if not leaders:
        return "%s has no leader" % os.environ["SCOPE"]
    if "standby_cluster" in DECLARED and not current.get("standby_cluster"):
        raise Refused("this cluster was promoted, and spec.standby says that it follows: take it out. No primary is made to follow another")
    patch = merged(difference(DECLARED, current), gone(current))
    if patch:
        for line in lines(patch, current):
            say(line)
        ask(host, "/config", patch)
        return "Patroni takes it over"
    if "standby_cluster" not in DECLARED and leaders[0]["role"] != "leader":
        return "%s is promoted" % leaders[0]["name"]
    for key in foreign(current):
        say("%s is not of the spec, and stays" % key)
    pending = [each["name"] for each in members if each.get("pending_restart")]
    if pending:
        say("a setting holds from the next start on: patronictl restart --pending, for %s" % ", ".join(pending))
    return None


def main():
    start, told = time.monotonic(), ""
    while True:
        try:
            waits = converged()
        except (OSError, ValueError, KeyError) as error:
            waits = "no member answers: %s" % error
        if waits is None:
            say("%s is as the spec says" % os.environ["SCOPE"])
            return
        if waits != told:
            say("waits: %s" % waits)
            told = waits
        if time.monotonic() - start > int(os.environ["PATIENCE"]):
            raise Refused("not after %s s: %s" % (os.environ["PATIENCE"], waits))
        time.sleep(1)


if __name__ == "__main__":
    try:
        main()
    except Refused as reason:
        say(reason)
        sys.exit(1)

"""Brings a running cluster to what its spec says, which is in state.json beside this file, and can be done at any time.

What Patroni keeps in its DCS it reads from a file once, when a cluster is made; from then on it is changed through a member's API:
https://patroni.readthedocs.io/en/latest/dynamic_configuration.html. What the spec does not say is left as it is, and named. A
standby cluster whose spec has no `standby` any more is promoted. The other way there is none: a primary is not made to follow.
Then the members read their patroni.yml, those that have to are restarted, and access.sql is carried out.
"""
import json
import os
import sys
import time

from members import LEADERS, Refused, answering, ask, from_now, next_restart
from members import open_window, published, reload, restart, say, unread, unseen

HERE = os.path.dirname(os.path.abspath(__file__))


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


def gone(state, current):
    """What left the spec: parameters that are nobody else's, and what a standby cluster followed."""
    patch = {}
    dynamic = state["dynamic"]
    there = (current.get("postgresql") or {}).get("parameters") or {}
    parameters = {name: None for name in state["owned"] if name in there and name not in dynamic["postgresql"]["parameters"]}
    if parameters:
        patch["postgresql"] = {"parameters": parameters}
    followed = current.get("standby_cluster")
    if followed and "standby_cluster" not in dynamic:
        patch["standby_cluster"] = None
    elif followed:
        keys = {key: None for key in followed if key not in dynamic["standby_cluster"]}
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


def foreign(state, current):
    dynamic = state["dynamic"]
    known = set(dynamic) | {"standby_cluster", "pgrender"}
    yield from (key for key in current if key not in known)
    parameters = (current.get("postgresql") or {}).get("parameters") or {}
    ours = set(dynamic["postgresql"]["parameters"]) | set(state["owned"])
    yield from ("postgresql.parameters.%s" % name for name in parameters if name not in ours)
    yield from ("slots.%s" % slot for slot in current.get("slots") or {} if slot not in dynamic.get("slots", {}))


def configured(state):
    """One look. None when all members have what the spec says, else what is waited for."""
    scope, dynamic = state["scope"], state["dynamic"]
    statuses = answering(state)
    # Before the members are asked for /cluster, which reads the DCS too.
    if unseen(state.get("since", {}), statuses):
        return "Patroni takes it over"
    host = next(iter(statuses))
    current = ask(host, "/config")
    if current.get("pgrender"):
        return "%s has handed over to another generation" % scope
    members = ask(host, "/cluster")["members"]
    leaders = [each for each in members if each["role"] in LEADERS]
    if not leaders:
        return "%s has no leader" % scope
    if "standby_cluster" in dynamic and not current.get("standby_cluster"):
        raise Refused("this cluster was promoted, and spec.standby says that it follows: take it out. No primary is made to follow another")
    patch = merged(difference(dynamic, current), gone(state, current))
    if patch:
        for line in lines(patch, current):
            say(line)
        ask(host, "/config", patch, method="PATCH")
        state["since"] = from_now(statuses)
        return "Patroni takes it over"
    if "standby_cluster" not in dynamic and leaders[0]["role"] != "leader":
        return "%s is promoted" % leaders[0]["name"]
    if state.pop("reloads", False):
        reload(statuses)
    records = published(statuses, members)
    old = unread(state, records)
    if old:
        reload(old)
        return "%s to read patroni.yml anew" % ", ".join(old)
    counts = state.setdefault("restarts", {})
    pending = next_restart(records, members, counts)
    if pending is not None and open_window(state.get("restartWindows"), time.gmtime()):
        restart(pending, records[pending], counts)
        return "%s to say that it is well" % records[pending]["name"]
    if pending is not None:
        say("a setting holds from the next start on: that waits for a window of spec.maintenanceWindows")
    for key in foreign(state, current):
        say("%s is not of the spec, and stays" % key)
    return None


def spoken(state):
    """The same for roles and databases."""
    if not os.path.exists(os.path.join(HERE, "access.sql")):
        return None
    from access import accessed

    members = ask(next(iter(answering(state))), "/cluster")["members"]
    leader = next((each for each in members if each["role"] == "leader"), None)
    return "%s has no leader" % state["scope"] if leader is None else accessed(state, leader["host"], HERE)


def until_done(state, look):
    """Looks until there is nothing left to wait for. What makes it wait may change meanwhile."""
    start, told = time.monotonic(), ""
    while True:
        try:
            waits = look(state)
        except (OSError, ValueError, KeyError) as error:
            waits = str(error)
        if waits is None:
            return
        if waits != told:
            say("waits: %s" % waits)
            told = waits
        if time.monotonic() - start > state["patience"]:
            raise Refused("not after %s s: %s" % (state["patience"], waits))
        time.sleep(1)


def main():
    with open(os.path.join(HERE, "state.json")) as file:
        state = json.load(file)
    until_done(state, configured)
    until_done(state, spoken)
    say("%s is as the spec says" % state["scope"])


if __name__ == "__main__":
    try:
        main()
    except Refused as reason:
        say(reason)
        sys.exit(1)

"""The members of a cluster, asked and told through Patroni's API: https://patroni.readthedocs.io/en/latest/rest_api.html

A member reads patroni.yml when it is told to, and says by a tag which one it has read. What holds from a start on is pending
until then: replicas are restarted first, one at a time, and the next one when all stream again.
"""
import email.utils
import json
import sys
import time
import urllib.error
import urllib.request

WELL = ("running", "streaming", "in archive recovery")
LEADERS = ("leader", "standby_leader")
# A replica does not start with less than its primary has: https://www.postgresql.org/docs/current/hot-standby.html
NEVER_LESS = {
    "max_connections",
    "max_locks_per_transaction",
    "max_prepared_transactions",
    "max_wal_senders",
    "max_worker_processes",
}
STARTS = 3  # of one member, after which something else is wrong


class Refused(Exception):
    """What has to change before this can go on."""


def say(text):
    print("converge: %s" % text, file=sys.stderr, flush=True)


def ask(host, path, body=None, method=None, timeout=5):
    """The answer of a member's Patroni: data, or a text. Raises OSError."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request("http://%s:8008%s" % (host, path), data, method=method or "GET")
    with urllib.request.urlopen(request, timeout=timeout) as response:
        text = response.read().decode()
    return json.loads(text) if text.startswith("{") else text


def answering(state):
    """What each member of this generation says of itself, by its host. Raises OSError if there is none."""
    found, reasons = {}, []
    for host in state["members"]:
        try:
            status = ask(host, "/patroni")
            if status["patroni"]["scope"] == state["scope"]:
                found[host] = status
            else:
                reasons.append("%s is of another generation" % host)
        except (OSError, ValueError, KeyError, TypeError) as error:
            reasons.append("%s: %s" % (host, error))
    if not found:
        raise OSError("no member answers: %s" % "; ".join(reasons))
    return found


def published(statuses, members):
    """
    What those who answer have written into the DCS, by host: Patroni does so when it has done what it was told. That a restart
    is over, a member itself says first.
    """
    by_name = {each["name"]: each for each in members}
    found = {}
    for host, status in statuses.items():
        record = by_name.get(status["patroni"]["name"])
        if record is not None:
            found[host] = {**record, "pending_restart": bool(record.get("pending_restart") and status.get("pending_restart"))}
    return found


def from_now(hosts):
    """What `unseen` takes: the time of each member's clock, in seconds. Who does not answer reads everything when it is back."""
    since = {}
    for host in hosts:
        try:
            with urllib.request.urlopen("http://%s:8008/patroni" % host, timeout=5) as response:
                seen = email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (OSError, TypeError, ValueError):
            continue
        since[host] = {"seen": seen, "times": 0}
    return since


def unseen(since, statuses):
    """
    The members that may not have taken over a change of the DCS yet, of which `since` has the time, by host. Patroni reads the DCS,
    then does what is new in it, and then writes what it has: it has done so when it has read the DCS twice since.
    """
    left = []
    for host, status in statuses.items():
        last = status.get("dcs_last_seen", 0)
        if host in since and last > since[host]["seen"]:
            since[host] = {"seen": last, "times": since[host]["times"] + 1}
        if host in since and since[host]["times"] < 2:
            left.append(host)
    return left


def unread(state, records):
    """The members that have not read the patroni.yml of the spec yet."""
    return [host for host, record in records.items() if (record.get("tags") or {}).get("pgrender") != state["members"][host]]


def reload(hosts):
    """Has members read their patroni.yml. The kubelet brings a new one within a minute or so."""
    for host in hosts:
        try:
            ask(host, "/reload", method="POST")
        except OSError as error:
            say("%s does not reload: %s" % (host, error))


def leader_first(record):
    """Whether the primary has to be the first to start: its replicas start with no less than it has."""
    reasons = record.get("pending_restart_reason") or {}
    try:
        changes = [int(reasons[name]["new_value"]) - int(reasons[name]["old_value"]) for name in NEVER_LESS & set(reasons)]
    except (KeyError, TypeError, ValueError):
        return False
    return bool(changes) and max(changes) < 0


def next_restart(records, members, counts):
    """
    The host to restart now: None if none is pending. One that is pending still after its start waits for the others' first: a
    replica starts with what its primary has. Raises OSError while a member is not well.
    """
    pending = [host for host, record in records.items() if record.get("pending_restart")]
    if not pending:
        return None
    ill = [each["name"] for each in members if each.get("state") not in WELL]
    if ill:
        raise OSError("%s is not well, and no other member is restarted meanwhile" % ", ".join(ill))

    def turn(host):
        record = records[host]
        place = 1 if record["role"] not in LEADERS else 0 if leader_first(record) else 2
        return counts.get(record["name"], 0), place, record["name"]

    return min(pending, key=turn)


def open_window(windows, now):
    """Whether PostgreSQL may be restarted at a time, a struct_time in UTC."""
    minute = now.tm_hour * 60 + now.tm_min
    return windows is None or any(
        window["day"] in (None, now.tm_wday) and window["from"] <= minute <= window["to"] for window in windows
    )


def restart(host, record, counts):
    """Restarts a member whose settings need it, and waits until it is there again. Raises OSError if it is not."""
    name = record["name"]
    counts[name] = counts.get(name, 0) + 1
    if counts[name] > STARTS:
        raise Refused("%s was restarted %d times, and settings are pending still: see its log" % (name, STARTS))
    reasons = record.get("pending_restart_reason") or {}
    what = ", ".join("%s %s -> %s" % (key, each.get("old_value"), each.get("new_value")) for key, each in reasons.items())
    say("restarts %s%s" % (name, what and " for " + what))
    start = time.monotonic()
    try:
        ask(host, "/restart", {"restart_pending": True}, method="POST", timeout=900)
    except urllib.error.HTTPError as error:
        raise OSError("%s does not restart: %s" % (name, error.read().decode(errors="replace").strip() or error)) from error
    say("%s was restarted in %.1f s" % (name, time.monotonic() - start))

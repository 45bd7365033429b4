"""Runs before a database container is stopped: a primary hands over first, so that clients wait for seconds only.

The successor is a streaming member that Patroni will accept (one of the synchronous ones, if there are any), that is not
being stopped itself, that the StatefulSet keeps, and that a rolling update has updated already, if one is. If there may
be one soon, this waits for it, up to HANDOVER_SECONDS. It never fails: the container stops in any case, and Patroni
then gives up the leader key by itself.

Environment: POD_NAME, POD_NAMESPACE, STATEFULSET, HANDOVER_SECONDS.
Patroni's API: https://patroni.readthedocs.io/en/latest/rest_api.html
"""
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request

from kube import kube

ME = os.environ["POD_NAME"]
STATEFULSET = os.environ["STATEFULSET"]
PATIENCE = float(os.environ["HANDOVER_SECONDS"])
DEAF = 10  # attempts after which a Patroni that does not even listen has nothing to hand over
NEAR = 16 * 1024**2  # bytes of lag that are caught up with in a moment


def say(text):
    """To the log of the container: what a hook prints is lost."""
    try:
        with open("/proc/1/fd/1", "w") as log:
            log.write("handover: %s\n" % text)
    except OSError:
        print("handover: %s" % text)


def patroni(path, body=None, timeout=5):
    """Patroni's answer as (status, text)."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request("http://localhost:8008" + path, data)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")


def pods():
    """What Kubernetes plans with each member of this StatefulSet: {name: {"leaving": bool, "updated": bool}}, or {} if it does not answer."""
    try:
        stateful_set = kube("GET", "/apis/apps/v1/namespaces/{namespace}/statefulsets/" + STATEFULSET)
        replicas = stateful_set["spec"]["replicas"]
        selector = ",".join("%s=%s" % pair for pair in stateful_set["spec"]["selector"]["matchLabels"].items())
        update = stateful_set["status"].get("updateRevision")
        items = kube("GET", "/api/v1/namespaces/{namespace}/pods?labelSelector=" + selector)["items"]
    except (OSError, ValueError, KeyError) as error:
        say("no answer from Kubernetes (%s)" % error)
        return {}
    return {
        pod["metadata"]["name"]: {
            "leaving": "deletionTimestamp" in pod["metadata"] or ordinal(pod["metadata"]["name"]) >= replicas,
            "updated": pod["metadata"]["labels"].get("controller-revision-hash") == update,
        }
        for pod in items
        if re.fullmatch(re.escape(STATEFULSET) + "-[0-9]+", pod["metadata"]["name"])
    }


def ordinal(name):
    return int(name.rsplit("-", 1)[1])


def synchronous():
    """Whether Patroni accepts a synchronous member only."""
    status, text = patroni("/config")
    return status == 200 and bool(json.loads(text).get("synchronous_mode"))


def candidates(members, plans, lag):
    """Members that can take over now, the best first."""
    able = [
        member
        for member in members
        if member["state"] == "streaming"
        and isinstance(member.get("lag", 0), int)
        and member.get("lag", 0) <= lag
    ]
    if synchronous():
        able = [member for member in able if member["role"] in ("sync_standby", "quorum_standby")]
    return sorted(
        able,
        key=lambda member: (
            not plans.get(member["name"], {}).get("updated", True),
            member.get("lag", 0) > NEAR,
            -ordinal(member["name"]),
        ),
    )


def remaining(cluster, plans):
    """Members that will still be there afterwards and that may become the primary."""
    return [
        member
        for member in cluster["members"]
        if member["name"] != ME
        and not member.get("tags", {}).get("nofailover")
        # Of a member without a pod nothing can be expected; without an answer from Kubernetes, of all.
        and not (plans and plans.get(member["name"], {"leaving": True})["leaving"])
    ]


def retired():
    """Whether another generation of the cluster's data has taken over: nobody here takes writes."""
    status, text = patroni("/config")
    return status == 200 and "pgrender" in json.loads(text)


def leads(cluster):
    return any(m["name"] == ME and m["role"] in ("leader", "standby_leader") for m in cluster["members"])


def hasty(members, able, plans):
    """Whether a moment's patience spares the clients a second switchover, or commits that wait for a member that stops."""
    fresh = [m["name"] for m in members if plans.get(m["name"], {}).get("updated")]
    rolling = plans.get(ME, {}).get("updated") is False
    if synchronous():
        # The new primary asks those for confirmation that were in the quorum. Were this member the only one besides it,
        # every commit would wait until Patroni's next loop.
        roles = [member["role"] for member in members]
        return "quorum_standby" in roles and any(role != "quorum_standby" for role in roles)
    # A member that has just been updated is not streaming yet; another one would have to hand over once more.
    return rolling and bool(fresh) and able[0]["name"] not in fresh


def attempt(refused, waited):
    """One look and at most one switchover. True when there is nothing more to do."""
    cluster = json.loads(patroni("/cluster")[1])
    if not leads(cluster) or retired():
        return True
    plans = pods()
    members = remaining(cluster, plans)
    if not members:
        say("nobody is left to take over")
        return True
    able = candidates(members, plans, NEAR if waited < PATIENCE / 2 else float("inf"))
    if not able or (waited < PATIENCE / 4 and hasty(members, able, plans)):
        return False
    # A member that Patroni refused, e.g. one whose node is lost, comes last; when all were refused, all may be asked again.
    if refused.issuperset(member["name"] for member in able):
        refused.clear()
    name = next(member["name"] for member in able if member["name"] not in refused)
    status, text = patroni("/switchover", {"leader": ME, "candidate": name}, timeout=max(PATIENCE - waited, 5))
    say("to %s: %s %s" % (name, status, text))
    refused.add(name)
    return status == 200


def main():
    start = time.monotonic()
    refused = set()
    deaf = 0
    while time.monotonic() - start < PATIENCE:
        try:
            if attempt(refused, time.monotonic() - start):
                return
            deaf = 0
        except (OSError, ValueError) as error:
            say("Patroni does not answer (%s)" % error)
            deaf += isinstance(getattr(error, "reason", error), ConnectionRefusedError)
            if deaf == DEAF:
                return
        time.sleep(1)
    say("no member could take over within %d s" % PATIENCE)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # the container stops in any case
        say("gave up: %s" % error)
        sys.exit(0)

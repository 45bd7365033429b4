"""Which generation of the cluster's data serves. A restore begins another one beside it, whose Patroni scope, directories and
stanza are its own.

When the data of a new one is there, bootstrap.py calls enter(): every other generation hands over. Its primary becomes
read-only and its sessions end, its members leave the Services. Until each of their pods has confirmed that, this waits:
rather no primary than two.

As a program this runs beside Patroni, from each start on. While there is no data, it takes away the claim of a member that was to
begin the generation and is gone: Patroni would wait for it for ever. Then it is for a generation that handed over and is
wanted again. That stays read-only and out of the Services until all its members are back and no other generation has
any; then it serves again, led by the member that has most of its data.

Environment: PGDATA, POD_NAME, POD_NAMESPACE, STATEFULSET, PATRONI_SCOPE, and that of patronictl. generation.json: see the ConfigMap.
Patroni's API: https://patroni.readthedocs.io/en/latest/rest_api.html
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

import yaml

from kube import kube

# Patroni takes its variables away from the programs that it runs. What it was started with itself is still to be read.
if "PATRONI_SCOPE" not in os.environ:
    with open("/proc/%d/environ" % os.getppid()) as file:
        for variable in file.read().split("\0"):
            if variable.startswith("PATRONI"):
                os.environ.setdefault(*variable.split("=", 1))

ME = os.environ["POD_NAME"]
SCOPE = os.environ["PATRONI_SCOPE"]
MARK = "pgrender"  # a key of Patroni's dynamic configuration that Patroni does not know
# A standby cluster that follows nobody: Patroni's way to keep members running and anybody from writing.
FENCE = {"standby_cluster": {"restore_command": "false"}, MARK: {"handed_over": True}}
UNFENCE = {"standby_cluster": None, MARK: None}
FENCED = {}  # when a scope was last seen to have handed over: each question takes half a second in which nobody serves


def known():
    """What the spec says, as the pod has it now: it may change while this runs."""
    with open(os.path.join(os.path.dirname(__file__), "generation.json")) as file:
        return json.load(file)


def say(text):
    print("generation: %s" % text, file=sys.stderr, flush=True)


def ask(address, path, body=None, method=None):
    """The answer of a member's Patroni as data. Raises OSError or ValueError."""
    data = None if body is None else json.dumps(body).encode()
    host = "[%s]" % address if ":" in address else address
    request = urllib.request.Request("http://%s:8008%s" % (host, path), data, method=method)
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.loads(response.read())


def configuration(scope):
    """Patroni's dynamic configuration of a scope; {} if there never was one. Raises OSError if the DCS does not answer."""
    done = subprocess.run(["patronictl", "show-config", scope], capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise OSError("patronictl show-config %s: %s" % (scope, done.stderr.strip()))
    return yaml.safe_load(done.stdout) or {}


def configure(scope, patch):
    done = subprocess.run(
        ["patronictl", "edit-config", scope, "--force", "--quiet", "--apply", "-"],
        input=json.dumps(patch), capture_output=True, text=True, timeout=30,
    )
    if done.returncode != 0:
        raise OSError("patronictl edit-config %s: %s" % (scope, done.stderr.strip()))


def pods():
    """The database pods of the cluster, of all its generations."""
    return kube("GET", "/api/v1/namespaces/{namespace}/pods?labelSelector=" + known()["members"])["items"]


def name(pod):
    return pod["metadata"]["name"]


def scope_of(pod):
    return pod["metadata"]["labels"].get(known()["labels"]["scope"])


def may_write(pod):
    """Why a pod of another generation may still take writes; None if it cannot."""
    states = [state for state in pod["status"].get("containerStatuses", []) if state["name"] == "postgres"]
    if not pod["status"].get("podIP") or not any("running" in state["state"] for state in states):
        return None
    try:
        answer = ask(pod["status"]["podIP"], "/patroni")
    except (OSError, ValueError) as error:
        return "no answer (%s)" % error
    return None if answer["role"] in ("replica", "standby_leader") else "it is %s" % answer["role"]


def primary():
    """The address of the member of another generation that takes writes, or None."""
    for pod in pods():
        if scope_of(pod) != SCOPE and pod["status"].get("podIP"):
            try:
                if ask(pod["status"]["podIP"], "/patroni")["role"] == "primary":
                    return pod["status"]["podIP"]
            except (OSError, ValueError):
                pass
    return None


def serve(pod, yes):
    """Lets the Services select a pod, or not."""
    value = "true" if yes else "false"
    if pod["metadata"]["labels"].get(known()["labels"]["inService"]) != value:
        body = {"metadata": {"labels": {known()["labels"]["inService"]: value}}}
        kube("PATCH", "/api/v1/namespaces/{namespace}/pods/" + name(pod), body, "application/merge-patch+json")


def tell(scope, members, patch):
    """Changes Patroni's dynamic configuration of a scope."""
    configure(scope, patch)
    for pod in members:
        try:  # Patroni reads its configuration every loop_wait; told so, its primary does at once
            ask(pod["status"]["podIP"], "/config", patch, "PATCH")
        except (OSError, ValueError, KeyError):
            pass


def fence(scope, members, attempt):
    """Nobody of a scope takes writes any more, from now on and after any restart."""
    if time.monotonic() - FENCED.get(scope, -10) < 10:
        return
    now = configuration(scope)
    if not now or now.get(MARK):
        FENCED[scope] = time.monotonic()
        return
    say("%s hands over to %s" % (scope, SCOPE))
    mark = FENCE[MARK] if attempt is None else {**FENCE[MARK], "attempt": attempt}
    tell(scope, members, {**FENCE, MARK: mark})
    FENCED[scope] = time.monotonic()


def give_back(attempt):
    """Lets the generations that handed over to an attempt serve again. Raises OSError."""
    found = pods()
    for scope in others():
        if handed_over(scope) == attempt:
            members = [pod for pod in found if scope_of(pod) == scope]
            say("%s serves again" % scope)
            tell(scope, members, UNFENCE)
            for pod in members:
                serve(pod, True)


def others():
    """The scopes of the other generations that the spec knows of."""
    return [scope for scope in known()["scopes"] if scope != SCOPE]


def handed_over(scope):
    """The attempt that a generation handed over to, of those that give back; None if to none."""
    return (configuration(scope).get(MARK) or {}).get("attempt")


def take_over(attempt=None):
    """Whether every other generation has handed over."""
    strange = [pod for pod in pods() if scope_of(pod) != SCOPE]
    strangers = {scope_of(pod) for pod in strange} - set(known()["scopes"])
    if strangers:
        say("pods of %s are there, of which this spec knows nothing: name it in restore.previous" % ", ".join(map(str, strangers)))
        return False
    for scope in others():
        fence(scope, [pod for pod in strange if scope_of(pod) == scope], attempt)
    writing = []
    for pod in strange:
        serve(pod, False)
        reason = may_write(pod)
        if reason:
            writing.append("%s: %s" % (name(pod), reason))
    if writing:
        say("waits until nobody else can write: " + "; ".join(writing))
    return not writing


def enter():
    patiently(take_over)
    mine = next(pod for pod in pods() if name(pod) == ME)
    serve(mine, True)
    say("%s serves" % SCOPE)


def claimed():
    """Whether Patroni takes the generation for one that a member is beginning."""
    if "PATRONI_KUBERNETES_NAMESPACE" not in os.environ:
        return not configuration(SCOPE)
    try:
        found = kube("GET", "/api/v1/namespaces/{namespace}/configmaps/%s-config" % SCOPE)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise
    return (found["metadata"].get("annotations") or {}).get("initialize") == ""


def release():
    """Takes the claim away. Where Patroni keeps it elsewhere, with all of a scope that has nothing else yet."""
    if "PATRONI_KUBERNETES_NAMESPACE" in os.environ:
        body = {"metadata": {"annotations": {"initialize": None}}}
        path = "/api/v1/namespaces/{namespace}/configmaps/%s-config" % SCOPE
        kube("PATCH", path, body, "application/merge-patch+json")
    else:
        answers = "%s\nYes I am aware\n" % SCOPE
        subprocess.run(["patronictl", "remove", SCOPE], input=answers, capture_output=True, text=True, timeout=30)


def begins(pod):
    """Whether a member is making the data of the generation, for all that is known."""
    try:
        return ask(pod["status"]["podIP"], "/patroni")["state"] not in ("stopped", "custom bootstrap failed")
    except (OSError, ValueError, KeyError):
        return "podIP" in pod["status"]


def has_data():
    return os.path.exists(os.path.join(os.environ["PGDATA"], "PG_VERSION"))


def wait_for_data():
    looks = 0
    while not has_data():
        time.sleep(5)
        try:
            idle = claimed() and not any(begins(pod) for pod in pods() if scope_of(pod) == SCOPE)
            looks = looks + 1 if idle else 0
            if looks == 3:
                say("nobody makes the data of %s any more: whoever began it is gone" % SCOPE)
                release()
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            say("tries again: %s" % error)


def position(answer):
    """How far a member is, as (timeline, bytes of WAL): a former primary may have more of a timeline that was left."""
    xlog = answer["xlog"]
    return answer["timeline"], max(xlog.get(key) or 0 for key in ("location", "received_location", "replayed_location"))


def come_back():
    """One look at a generation that is wanted again. True when it serves."""
    if not configuration(SCOPE).get(MARK):
        return True
    found = pods()
    members = [pod for pod in found if scope_of(pod) == SCOPE]
    for pod in members:
        serve(pod, False)
    group = os.environ["STATEFULSET"]
    own = {name(pod): pod for pod in members if name(pod).rsplit("-", 1)[0] == group}
    answers = {member: ask(pod["status"]["podIP"], "/patroni") for member, pod in own.items()}
    leader = next((member for member, answer in answers.items() if answer["role"] == "standby_leader"), None)
    # Members of a pool follow only.
    if known()["pool"] or leader is None or not all(answer.get("timeline") for answer in answers.values()):
        return False
    best = max(answers, key=lambda member: (position(answers[member]), member == leader))
    if best != leader:
        if best == ME:
            say("has more of the data than %s, and leads in its place" % leader)
            ask("localhost", "/failover", {"candidate": ME})
        return False
    wanted = kube("GET", "/apis/apps/v1/namespaces/{namespace}/statefulsets/" + group)["spec"]["replicas"]
    if len(own) < wanted or len(members) < len(found):
        say("%s is wanted again: %d of its %d members are back, %d pods are another generation's"
            % (SCOPE, len(own), wanted, len(found) - len(members)))
        return False
    if not take_over():
        return False
    configure(SCOPE, UNFENCE)
    for pod in members:
        serve(pod, True)
    say("%s serves again, led by %s" % (SCOPE, leader))
    return True


def let_go():
    """One look at generations that the spec lets go. True when this member has nothing of them; this one has to have a backup first."""
    directories = [directory for directory in known()["discard"] if os.path.exists(directory)]
    if not directories:
        return True
    told = subprocess.run(
        ["pgbackrest", "--output=json", "--log-level-console=off", "info"], capture_output=True, text=True, timeout=300
    )
    if not any(stanza.get("backup") for stanza in json.loads(told.stdout or "[]")):
        time.sleep(30)
        return False
    for directory in directories:
        say("removes %s, as the spec says" % directory)
        shutil.rmtree(directory)
        folder = os.path.dirname(directory)
        if os.path.basename(folder).startswith("generation-") and not os.listdir(folder):
            os.rmdir(folder)
    return True


def tidy():
    """Removes what a restore or an upgrade left here that was taken back before it had made data. Always True: it is done once."""
    home = os.path.dirname(os.environ["PGDATA"])
    root = volume(os.environ["PGDATA"])
    # WAL and tablespaces of a generation are in a folder of its name, too.
    elsewhere = [os.environ.get("WAL_DIRECTORY", ""), *os.environ.get("TABLESPACE_DIRECTORIES", "").split()]
    for folder in sorted(glob.glob(os.path.join(root, "generation-*"))):
        # Patroni makes an empty directory before anything is in it.
        made = {each for each in os.listdir(folder) if each != "data" or os.listdir(os.path.join(folder, each))}
        if folder != home and made <= {"data.new", "data.source", "data.attempts"}:
            name = os.path.basename(folder)
            say("removes %s, which was begun and taken back" % name)
            for directory in [folder, *(os.path.join(volume(place), name) for place in elsewhere if place)]:
                shutil.rmtree(directory, ignore_errors=True)
    return True


def volume(directory):
    """Where the folders of generations are, from a directory of this one."""
    folder = os.path.dirname(directory)
    return os.path.dirname(folder) if os.path.basename(folder).startswith("generation-") else folder


def patiently(look):
    while True:
        try:
            if look():
                return
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            say("tries again: %s" % error)
        time.sleep(1)


if __name__ == "__main__":
    wait_for_data()
    patiently(come_back)
    patiently(tidy)
    if "upgrade" in known():
        from upgraded import analyze

        patiently(analyze)
    if "stanza" in known():
        patiently(let_go)

"""Patroni's callback where the DCS is not Kubernetes: keeps the role label of the pod, which the Services select.

Called with: action role scope. Environment: POD_NAME, POD_NAMESPACE, ROLE_LABEL, FOLLOWER_LABEL. Tries until the API server takes it;
Patroni ends a callback that still runs when it calls the next one.
https://patroni.readthedocs.io/en/latest/yaml_configuration.html#postgresql (callbacks)
"""
import os
import sys
import time

from kube import kube

LABELS = {
    "primary": "master",
    "master": "master",
    "standby_leader": "master",
    "replica": os.environ["FOLLOWER_LABEL"],
}


def label(action, role):
    """The value of the label; None takes it away: a member that does not run serves nobody."""
    return None if action == "on_stop" else LABELS.get(role)


def patch(value):
    path = "/api/v1/namespaces/{namespace}/pods/" + os.environ["POD_NAME"]
    body = {"metadata": {"labels": {os.environ["ROLE_LABEL"]: value}}}
    kube("PATCH", path, body, "application/merge-patch+json")


while True:
    try:
        patch(label(sys.argv[1], sys.argv[2]))
        break
    except OSError as error:
        print("role label: %s" % error, file=sys.stderr)
        time.sleep(1)

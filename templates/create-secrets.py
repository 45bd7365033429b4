"""Creates the Secrets of a cluster that are missing. An existing one is never read, changed or replaced.

Environment: POD_NAMESPACE, SECRETS (JSON: [{"name", "username" of a role, "bits" of a key, or "certificates" for "hosts", "labels"}]).
Fails after five minutes without success, naming the Secret; Kubernetes then starts it again. Runs after kube.py, in one text.
"""
import json
import secrets
import string
import sys
import time
import urllib.error

PATIENCE = 300  # seconds


def password():
    """64 letters and digits, as CPO makes them: they need no quoting anywhere."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(64))


def data(secret):
    """What the Secret holds: a role with its password, a key as CPO writes it, in hexadecimal digits, or certificates."""
    if "bits" in secret:
        return {"key": secrets.token_hex(secret["bits"] // 8)}
    if "certificates" in secret:
        return certificates(secret["certificates"], secret["hosts"])
    return {"username": secret["username"], "password": password()}


def create(secret):
    """True if the Secret was created, False if it was there."""
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret["name"], "labels": secret["labels"]},
        "type": "Opaque",
        "stringData": data(secret),
    }
    try:
        kube("POST", "/api/v1/namespaces/{namespace}/secrets", body)
        return True
    except urllib.error.HTTPError as error:
        if error.code == 409:
            return False
        raise


def main():
    start = time.monotonic()
    for secret in json.loads(os.environ["SECRETS"]):
        while True:
            try:
                print("%s: %s" % (secret["name"], "created" if create(secret) else "is there"), flush=True)
                break
            except OSError as error:
                print("%s: %s" % (secret["name"], error), flush=True)
                if time.monotonic() - start > PATIENCE:
                    sys.exit("the Secret %s could not be created" % secret["name"])
                time.sleep(2)


main()

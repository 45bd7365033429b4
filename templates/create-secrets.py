"""Creates the Secrets of a cluster that are missing. An existing one is never read, changed or replaced.

Environment: POD_NAMESPACE, LABELS (JSON), SECRETS (JSON: [{"name", "username" of a role, "bits" of a key, or "certificates" for "hosts",
"labels" if they are others, "elsewhere": the namespace that has it too}]). Fails after five minutes without success, naming the Secret; Kubernetes then starts it again. Runs after kube.py, in one text.
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


def create(secret, content, namespace="{namespace}"):
    """Whether the Secret was created, or was there."""
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret["name"], "labels": secret.get("labels") or json.loads(os.environ["LABELS"])},
        "type": "Opaque",
        **content,
    }
    try:
        kube("POST", "/api/v1/namespaces/%s/secrets" % namespace, body)
        return "created"
    except urllib.error.HTTPError as error:
        if error.code == 409:
            return "is there"
        raise


def made(secret):
    if "elsewhere" in secret:
        return in_both(secret)
    return create(secret, {"stringData": data(secret)})


def main():
    start = time.monotonic()
    for secret in json.loads(os.environ["SECRETS"]):
        while True:
            try:
                print("%s: %s" % (secret["name"], made(secret)), flush=True)
                break
            except OSError as error:
                print("%s: %s" % (secret["name"], error), flush=True)
                if time.monotonic() - start > PATIENCE:
                    sys.exit("the Secret %s could not be created" % secret["name"])
                time.sleep(2)


main()

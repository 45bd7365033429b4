"""Secrets that are beside the cluster and in another namespace, with one password. Runs before create-secrets.py, in one text.

PostgreSQL has the password of the one beside the cluster, for a pod can read no other; clients read the other one. One that is there is
copied, that of the clients first: under CPO's operator it is the only one.
"""
import sys
import urllib.error


def there(secret, namespace):
    """What a Secret holds; None if there is none."""
    try:
        return kube("GET", "/api/v1/namespaces/%s/secrets/%s" % (namespace, secret["name"])).get("data") or {}
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def in_both(secret):
    theirs, own = there(secret, secret["elsewhere"]), there(secret, "{namespace}")
    if theirs is not None and own is not None:
        if theirs.get("password") != own.get("password"):
            sys.exit("the Secret %s has another password in the namespace %s than beside the cluster" % (secret["name"], secret["elsewhere"]))
        return "is there, and in %s" % secret["elsewhere"]
    kept = own if theirs is None else theirs
    content = {"stringData": data(secret)} if kept is None else {"data": kept}
    # What is not made here, because somebody else was faster, is made from theirs at the next look.
    said = [create(secret, content, place) for place, had in ((secret["elsewhere"], theirs), ("{namespace}", own)) if had is None]
    if "is there" in said:
        raise OSError("somebody else made one of the two")
    return "created, %s %s" % ("and in" if len(said) == 2 else "as it is in" if own is None else "from here in", secret["elsewhere"])

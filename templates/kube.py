"""The API server, asked with the account of the pod. Environment: POD_NAMESPACE. No more than Python itself is needed."""
import json
import os
import ssl
import urllib.request

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


def kube(method, path, body=None, content_type="application/json"):
    """The answer as data. {namespace} in the path is the pod's. Raises OSError (urllib's HTTPError is one)."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    url = "https://%s:%s%s" % ("[%s]" % host if ":" in host else host, port, path)
    with open(ACCOUNT + "/token") as token:
        headers = {"Authorization": "Bearer " + token.read().strip(), "Content-Type": content_type}
    request = urllib.request.Request(
        url.replace("{namespace}", os.environ["POD_NAMESPACE"]),
        None if body is None else json.dumps(body).encode(),
        headers,
        method=method,
    )
    context = ssl.create_default_context(cafile=ACCOUNT + "/ca.crt")
    # Python 3.13 refuses a CA without the key usage extension, which many clusters have. The chain is still verified.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    with urllib.request.urlopen(request, timeout=5, context=context) as response:
        return json.load(response)

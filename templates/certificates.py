"""Certificates by which the pods of a cluster know each other. Environment: POD_NAMESPACE. Needs the openssl program, 3.0 or later."""
import os
import subprocess
import tempfile


def certificates(names, hosts):
    """An authority, and for each name a key and a certificate of it for the hosts. Ten years: nobody here renews them."""
    hosts = [host.replace("{namespace}", os.environ["POD_NAMESPACE"]) for host in hosts]
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650"]
    with tempfile.TemporaryDirectory() as folder:

        def openssl(name, subject, *more):
            files = ["-keyout", name + ".key", "-out", name + ".crt"]
            command = ["openssl", "req", "-x509", *ec, "-subj", "/CN=" + subject, *files, *more]
            result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            if result.returncode != 0:
                raise OSError("openssl: " + result.stderr)

        def text(name):
            with open(folder + "/" + name) as file:
                return file.read()

        openssl("ca", "pgrender", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        for name in names:
            openssl(
                name,
                hosts[0],
                *["-CA", "ca.crt", "-CAkey", "ca.key"],
                *["-addext", "basicConstraints=critical,CA:FALSE"],
                *["-addext", "extendedKeyUsage=serverAuth,clientAuth"],
                *["-addext", "subjectAltName=" + ",".join("DNS:" + host for host in hosts)],
            )
        pairs = {name + end: text(name + end) for name in names for end in (".crt", ".key")}
        return {"pgbackrest.ca-roots": text("ca.crt"), **pairs}

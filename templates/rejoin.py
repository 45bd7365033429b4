"""Runs before Patroni where the data is a replica's: while nobody leads, the former primary is waited for.

When all members start at once, after a sleep or an outage, Patroni lets a replica lead that lacks up to
maximum_lag_on_failover bytes, if it comes first. Whoever was the primary has all of them. It has PATIENCE seconds to
come back; then, or if the DCS does not answer, Patroni decides as ever. Members that all follow another cluster have
no primary among them, and nothing of their own to lose.

Environment: that of patronictl, PATRONICTL_CONFIG_FILE.
"""
import json
import subprocess
import sys
import time

PATIENCE = 60  # seconds


def patronictl(*arguments):
    """What it prints, or None if the DCS does not answer."""
    done = subprocess.run(["patronictl", *arguments], capture_output=True, text=True, timeout=30)
    return done.stdout if done.returncode == 0 else None


def members():
    """The members that are known to the DCS, or None if it does not answer."""
    listed = patronictl("list", "--format", "json")
    return None if listed is None else json.loads(listed)


def led(listed):
    return any(member["Role"] in ("Leader", "Standby Leader") for member in listed)


def follows():
    """Whether this is a standby cluster: all its members are replicas, and none of them was a primary."""
    return any(line.startswith("standby_cluster:") for line in (patronictl("show-config") or "").splitlines())


def main():
    start = time.monotonic()
    listed = members()
    if listed is None or led(listed) or follows():
        return
    while listed is not None and not led(listed):
        if time.monotonic() - start > PATIENCE:
            print("rejoin: the former primary did not come back within %d s" % PATIENCE, file=sys.stderr)
            return
        time.sleep(1)
        listed = members()


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print("rejoin: %s" % error, file=sys.stderr)

"""Runs before Patroni where the data is a replica's: while nobody leads, the former primary is waited for.

When all members start at once, after a sleep or an outage, Patroni lets a replica lead that lacks up to
maximum_lag_on_failover bytes, if it comes first. Whoever was the primary has all of them. It has PATIENCE seconds to
come back; then, or if the DCS does not answer, Patroni decides as ever.

Environment: that of patronictl, PATRONICTL_CONFIG_FILE.
"""
import json
import subprocess
import sys
import time

PATIENCE = 60  # seconds


def members():
    """The members that are known to the DCS, or None if it does not answer."""
    listed = subprocess.run(["patronictl", "list", "--format", "json"], capture_output=True, text=True, timeout=30)
    return json.loads(listed.stdout) if listed.returncode == 0 else None


def led(listed):
    return any(member["Role"] in ("Leader", "Standby Leader") for member in listed)


def main():
    start = time.monotonic()
    listed = members()
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

"""What a member of a generation that began with an upgrade has to do besides, as a program before Patroni starts: an upgrade that
was cut off after the generation before had handed over gives that back, so that it serves again. And data that another
generation has taken over from since are not mistaken for an upgrade of that one.

generation.py calls analyze() when the generation serves: pg_upgrade leaves most statistics behind.

Environment: that of generation.py.
"""
import os
import subprocess
import sys
import time

import generation

PGDATA = os.environ["PGDATA"]
WHOLE = PGDATA + ".recovered"
TO_ANALYZE = PGDATA + ".to-analyze"  # there are no statistics yet; in it, the attempt that made the data


def give_back():
    """What was handed over to this member, unless its data are whole: then the upgrade goes on."""
    while not generation.has_data() and not os.path.exists(WHOLE):
        try:
            for scope in generation.others():
                attempt = generation.handed_over(scope)
                if attempt is not None and attempt.split()[0] == generation.ME:
                    generation.give_back(attempt)
            return
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            generation.say("tries again to give back what was handed over: %s" % error)
            time.sleep(1)


def left():
    """Why this generation is not to serve again by an upgrade; None if it may."""
    if "upgrade" not in generation.known() or not generation.has_data():
        return None
    if not generation.configuration(generation.SCOPE).get(generation.MARK):
        return None
    return (
        "%s has handed over to another generation, and does not have what was written there since. To upgrade that one, choose "
        "another spec.postgresql.upgrade.id; to go on with the data that are here, take upgrade out and name it in restore.id" % generation.SCOPE
    )


def analyze():
    """One look. True when the primary has statistics."""
    if not os.path.exists(TO_ANALYZE):
        return True
    from bootstrap import binary

    version = generation.known()["version"]
    address = leader()
    if address is None:
        return False
    # 18 brings most of them along. https://www.postgresql.org/docs/current/app-vacuumdb.html
    missing = ["--missing-stats-only"] if version >= 18 else []
    environment = {
        **os.environ, "PGHOST": address, "PGSSLMODE": "require", "PGDATABASE": "postgres",
        "PGUSER": os.environ["PATRONI_SUPERUSER_USERNAME"], "PGPASSWORD": os.environ["PATRONI_SUPERUSER_PASSWORD"],
    }
    done = subprocess.run([binary("vacuumdb", version), "--all", "--analyze-in-stages", "--quiet", *missing], env=environment)
    if done.returncode != 0:
        time.sleep(10)
        return False
    os.remove(TO_ANALYZE)
    generation.say("every table of %s has statistics" % generation.SCOPE)
    return True


def leader():
    """The address of the primary of this generation, or None."""
    for pod in generation.pods():
        if generation.scope_of(pod) == generation.SCOPE and "podIP" in pod["status"]:
            try:
                if generation.ask(pod["status"]["podIP"], "/patroni")["role"] == "primary":
                    return pod["status"]["podIP"]
            except (OSError, ValueError, KeyError):
                pass
    return None


if __name__ == "__main__":
    give_back()
    try:
        reason = left()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        generation.say("goes on: %s" % error)
        reason = None
    if reason:
        generation.say(reason)
        with open("/dev/termination-log", "w") as log:
            log.write("upgrade: %s" % reason)
        sys.exit(1)

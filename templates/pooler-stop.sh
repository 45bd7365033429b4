#!/bin/sh
# Before a pod of the pooler ends: no query is cut as long as there is time. The container ends when PgBouncer does, and this
# with it. Environment: PORT, LEAVE_SECONDS (how long those who work may stay before they are asked to go).
set -eu

# Nothing in a pod tells when all nodes have taken it out of its Service.
sleep 5

# Who has nothing to do is let go, one by one, and finds another pod. Without a section of its own: at the start of one, PgBouncer
# forgets all that the one before has said.
echo 'client_idle_timeout = 1' >/run/pgbouncer/leaving.ini
kill -HUP 1
port=$(printf '%04X' "$PORT")
clients() { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -Eq "^ *[0-9]+: [0-9A-F]+:$port [0-9A-F]+:[0-9A-F]+ 01 "; }
left=$LEAVE_SECONDS
while [ "$left" -gt 0 ] && clients; do
  sleep 1
  left=$((left - 1))
done

# PgBouncer ends after the last transaction. A second signal, such as the kubelet's, would end it at once.
kill -INT 1
while :; do sleep 1; done

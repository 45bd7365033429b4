#!/bin/sh
# Serves one pod's files to pgBackRest elsewhere, and has it read a renewed certificate: PostgreSQL notices neither.
set -eu
certificates=/etc/pgbackrest/certs

# On a new cluster the Job that makes them is under way. The kubelet brings them here.
while [ -z "$(ls "$certificates")" ]; do
  echo "pgbackrest-server: waiting for certificates in $certificates"
  sleep 2
done

pgbackrest server &
server=$!
trap 'kill "$server"' TERM INT

(
  known=$(cat "$certificates"/* | cksum)
  while sleep 10 && kill -0 "$server"; do
    # Taken away, they are on their way to be replaced: the server knows the old ones.
    if [ -z "$(ls "$certificates")" ]; then continue; fi
    now=$(cat "$certificates"/* | cksum)
    if [ "$now" != "$known" ]; then
      echo "pgbackrest-server: the certificates were renewed"
      kill -HUP "$server"
      known=$now
    fi
  done
) &
watcher=$!

# A trapped signal ends the first wait; the second one is for the server's own end.
wait "$server" || code=$?
wait "$server" || code=$?
kill "$watcher"
exit "${code:-0}"

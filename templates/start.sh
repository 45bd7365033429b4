#!/bin/sh
# Starts Patroni in a database container. Environment: PGDATA, PATRONI_SCOPE.
set -eu
umask 077

# On a new volume only the mount point exists.
mkdir -p "$(dirname "$PGDATA")"
# The kubelet may have opened the volume to the pod's group; PostgreSQL refuses a data directory that others can write.
if [ -d "$PGDATA" ]; then chmod 0700 "$PGDATA"; fi

# A certificate of the pod's own, so that connections are encrypted without further ado. It proves no identity. Made aside:
# a container that is killed meanwhile must not find half of it.
if [ ! -s /run/postgresql/server.crt ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$PATRONI_SCOPE" \
    -keyout /run/postgresql/server.key -out /run/postgresql/server.crt.new
  mv /run/postgresql/server.crt.new /run/postgresql/server.crt
fi

exec patroni /etc/patroni/patroni.yml

#!/bin/sh
# Starts Patroni in a database container. Environment: PGDATA, BIN_DIRECTORY (with {version}), PATRONI_SCOPE.
set -eu
umask 077

# On a new volume only the mount point exists.
mkdir -p "$(dirname "$PGDATA")"
# The kubelet may have opened the volume to the pod's group; PostgreSQL refuses a data directory that others can write.
if [ -d "$PGDATA" ]; then chmod 0700 "$PGDATA"; fi

if [ -n "${WAL_DIRECTORY:-}${TABLESPACE_DIRECTORIES:-}" ]; then
  . /etc/patroni/volumes.sh
elif [ -L "$PGDATA/pg_wal" ] && [ ! -d "$PGDATA/pg_wal" ]; then
  echo "start: the WAL of this data is on a volume that is not mounted: put walVolume back into the spec" >&2
  exit 1
fi

# Data of another major version than the spec's stays what it is: raising the number in a spec upgrades nothing, and must not
# keep a member that is restarted from starting. PATRONI_POSTGRESQL_BIN_DIR wins over patroni.yml.
if [ -s "$PGDATA/PG_VERSION" ]; then
  version=$(cat "$PGDATA/PG_VERSION")
  PATRONI_POSTGRESQL_BIN_DIR=$(echo "$BIN_DIRECTORY" | sed "s/{version}/$version/g")
  export PATRONI_POSTGRESQL_BIN_DIR
  if [ ! -x "$PATRONI_POSTGRESQL_BIN_DIR/postgres" ]; then
    echo "start: the data here is of PostgreSQL $version, and this image has no $PATRONI_POSTGRESQL_BIN_DIR/postgres: nothing was" \
      "changed. Choose an image that has the programs of that version" | tee /dev/termination-log >&2
    exit 1
  fi
  if ! grep -qF "bin_dir: $PATRONI_POSTGRESQL_BIN_DIR" /etc/patroni/patroni.yml; then
    echo "start: the data here stays at PostgreSQL $version, whatever spec.postgresql.version says. A newer one needs" \
      "spec.postgresql.upgrade: {from: \"$version\"}" >&2
  fi
fi

# For an upgrade that was cut off.
if [ -e /etc/patroni/upgraded.py ]; then python3 /etc/patroni/upgraded.py; fi

if LC_ALL=C "${PATRONI_POSTGRESQL_BIN_DIR:-.}/pg_controldata" "$PGDATA" 2>/dev/null | grep -q 'cluster state:.*recovery'; then
  python3 /etc/patroni/rejoin.py
fi

# For a generation that nobody makes any more, or that handed over to another one.
if [ -e /etc/patroni/generation.py ]; then
  python3 /etc/patroni/generation.py &
fi

# A certificate of the pod's own, so that connections are encrypted without further ado. It proves no identity. Made aside:
# a container that is killed meanwhile must not find half of it.
if [ ! -s /run/postgresql/server.crt ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$PATRONI_SCOPE" \
    -keyout /run/postgresql/server.key -out /run/postgresql/server.crt.new
  mv /run/postgresql/server.crt.new /run/postgresql/server.crt
fi

exec patroni /etc/patroni/patroni.yml

#!/bin/sh
# Patroni's way to start a clone: copies the data directory of the source, as the first member, once. Patroni takes it for
# done when this ends well, recovers it and gives it the passwords of this cluster; otherwise the container starts again.
# Environment: PGDATA, BIN_DIRECTORY (with {version}), CLONE_HOST, CLONE_PORT, CLONE_USER, CLONE_PASSWORD, CLONE_SECRET,
# CLONE_VERSION, and WAL_DIRECTORY if there is one.
set -eu
umask 077

fail() {
  echo "clone: $1" >&2
  exit 1
}

[ -n "${CLONE_PASSWORD:-}" ] || fail "the Secret $CLONE_SECRET with the source's replication password is not there"
bin=$(echo "$BIN_DIRECTORY" | sed "s/{version}/$CLONE_VERSION/g")

# Made aside, so that a container that is killed meanwhile leaves no data directory that is half of one.
copy="$PGDATA.clone"
rm -rf "$copy"
PGPASSWORD=$CLONE_PASSWORD PGSSLMODE=require PGCONNECT_TIMEOUT=10 "$bin/pg_basebackup" --pgdata="$copy" \
  --host="$CLONE_HOST" --port="$CLONE_PORT" --username="$CLONE_USER" --no-password --wal-method=stream --checkpoint=fast \
  ${WAL_DIRECTORY:+--waldir="$WAL_DIRECTORY"}

version=$(cat "$copy/PG_VERSION")
if [ "$version" != "$CLONE_VERSION" ]; then
  rm -rf "$copy"
  fail "the source is of PostgreSQL $version, this cluster of $CLONE_VERSION"
fi

# The source's settings, as its Patroni had them.
rm -f "$copy/patroni.dynamic.json"
if [ -d "$PGDATA" ]; then rmdir "$PGDATA"; fi
mv "$copy" "$PGDATA"

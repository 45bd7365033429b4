#!/bin/sh
# Removes the backups of former generations, when each repository has a full one of this one. Environment: REPOSITORIES (numbers),
# STANZAS, PATIENCE (seconds that the backup may take).
set -eu
. /etc/pgbackrest/conf.d/pgbackrest-run.sh

waited=0
for repository in $REPOSITORIES; do
  until has_full "$repository"; do
    if [ "$waited" -ge "$PATIENCE" ]; then
      echo "discard: repo$repository has no full backup of $PGBACKREST_STANZA, so nothing is removed" >&2
      exit 1
    fi
    sleep 5
    waited=$((waited + 5))
  done
done
for stanza in $STANZAS; do
  for repository in $REPOSITORIES; do
    run --stanza="$stanza" stop
    run --stanza="$stanza" --pg1-path=/nowhere --repo="$repository" --force stanza-delete
    echo "discard: $stanza is gone from repo$repository"
  done
done

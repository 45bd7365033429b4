#!/bin/sh
# Makes a backup in each repository, once: a full one where there is none, so that a cluster can be restored from its first minutes
# on; or, with an id, one where none has it, whatever else is there. Environment: REPOSITORIES (numbers), TYPE, ID if there is
# one, PATIENCE (seconds that a cluster may take to have a primary, and another backup to end).
set -eu
. /etc/pgbackrest/conf.d/pgbackrest-run.sh

is_there() {
  if [ -n "${ID:-}" ]; then
    run --repo="$1" --log-level-console=off --output=json info | grep -qF "\"pgrender\":\"$ID\""
  else
    has_full "$1"
  fi
}

waited=0
for repository in $REPOSITORIES; do
  until is_there "$repository" || run --repo="$repository" --type="$TYPE" ${ID:+--annotation=pgrender="$ID"} backup; do
    if [ "$waited" -ge "$PATIENCE" ]; then
      echo "backup-once: repo$repository has no backup${ID:+ $ID} after $waited seconds" >&2
      exit 1
    fi
    sleep 5
    waited=$((waited + 5))
    run stanza-create || echo "backup-once: no stanza yet" >&2
  done
  echo "backup-once: repo$repository has a backup${ID:+ $ID}"
done

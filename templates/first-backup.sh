#!/bin/sh
# Makes a full backup in each repository that has none, so that a cluster can be restored from its first minutes on.
# Environment: REPOSITORIES (numbers), PATIENCE (seconds that a cluster may take to have a primary).
set -eu
. /etc/pgbackrest/conf.d/pgbackrest-run.sh

is_there() {
  run --repo="$1" --log-level-console=off info | grep -q '^ *full backup: '
}

waited=0
for repository in $REPOSITORIES; do
  until is_there "$repository" || run --repo="$repository" --type=full backup; do
    if [ "$waited" -ge "$PATIENCE" ]; then
      echo "first-backup: repo$repository has no backup after $waited seconds" >&2
      exit 1
    fi
    sleep 5
    waited=$((waited + 5))
    run stanza-create || echo "first-backup: no stanza yet" >&2
  done
  echo "first-backup: repo$repository has a backup"
done

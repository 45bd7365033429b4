#!/bin/sh
# Makes a backup, as the host of the repository. pgBackRest finds the primary among the members by itself, and locks it
# meanwhile: a second backup fails, and its Job tries again. Environment: REPOSITORY (a number), TYPE.
set -eu
. /etc/pgbackrest/conf.d/pgbackrest-run.sh

backup() {
  run --repo="$REPOSITORY" --type="$TYPE" backup
}

backup && exit || code=$?
# 55: there is no stanza, as in a repository that has lost all that it held.
if [ "$code" -eq 55 ] && run stanza-create; then backup; else exit "$code"; fi

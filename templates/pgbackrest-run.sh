# To be read by a script: `run` runs pgBackRest, and ends it when the pod is to end, so that its locks are gone at once.
child=
trap 'ended=1; kill "$child"' TERM INT

run() {
  pgbackrest "$@" &
  child=$!
  wait "$child" || {
    code=$?
    if [ -n "${ended:-}" ]; then exit 143; fi
    return "$code"
  }
}

# Whether a repository has a full backup of this generation.
has_full() {
  run --repo="$1" --log-level-console=off info | grep -q '^ *full backup: '
}

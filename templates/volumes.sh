# Read by start.sh: WAL and tablespaces are on volumes of their own. Environment: PGDATA, and if there are any
# WAL_DIRECTORY and TABLESPACE_DIRECTORIES (separated by blanks). Whatever is cut off is completed by the next start.

filled() { [ -n "$(ls -A "$1" 2>/dev/null)" ]; }

# Data that a member is making, or was making when it was stopped, are not in the way: see bootstrap.py.
empty() { ! filled "$PGDATA" && ! filled "$PGDATA.new"; }

# What belongs to no data directory is in the way of a copy, which wants an empty place. It is kept once: of a member that
# was alone it may be all that is left.
aside() {
  if filled "$1"; then
    echo "volumes: $1 belongs to data that is gone, it is kept as $1.orphaned" >&2
    rm -rf "$1.orphaned"
    mv "$1" "$1.orphaned"
  fi
}

for directory in ${TABLESPACE_DIRECTORIES:-}; do
  if empty; then aside "$directory"; fi
  # PostgreSQL takes an empty directory only, and a replica that replays CREATE TABLESPACE makes none.
  mkdir -p "$directory"
done

if [ -n "${WAL_DIRECTORY:-}" ]; then
  wal=$PGDATA/pg_wal
  moved=$(dirname "$PGDATA")/pg_wal.moved
  if empty; then
    aside "$WAL_DIRECTORY"
  elif [ -d "$wal" ] && [ ! -L "$wal" ]; then
    # The data had its WAL with it so far, so nothing on the volume is of any use to it.
    rm -rf "$WAL_DIRECTORY" "$WAL_DIRECTORY.new" "$moved"
    if ! { mkdir -p "$(dirname "$WAL_DIRECTORY")" && cp -a "$wal" "$WAL_DIRECTORY.new"; }; then
      rm -rf "$WAL_DIRECTORY.new"
      echo "volumes: the WAL could not be copied to its volume, raise walVolume.size; nothing was changed" >&2
      exit 1
    fi
    # Each step has to be on its disk before the next one, on another disk, relies on it.
    sync
    mv "$WAL_DIRECTORY.new" "$WAL_DIRECTORY"
    sync
    mv "$wal" "$moved"
  fi
  if [ -d "$moved" ]; then
    if [ ! -L "$wal" ]; then ln -s "$WAL_DIRECTORY" "$wal"; fi
    sync
    rm -rf "$moved"
  fi
  if [ -L "$wal" ] && [ ! -d "$WAL_DIRECTORY" ]; then
    echo "volumes: the WAL of this data is lost; copy the member anew: patronictl reinit" >&2
    mkdir "$WAL_DIRECTORY"
  fi
fi

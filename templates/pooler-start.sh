#!/bin/sh
# Starts PgBouncer, and has it read anew what changes while it runs: its settings, the password by which it looks up those of
# others, its certificate. Environment: SELF_SIGNED (the name in a certificate of its own; left out if it is given one).
set -eu
umask 077

quoted() { sed 's/"/""/g' "/etc/pgbouncer-user/$1"; }

# The one password that PgBouncer has to know: https://www.pgbouncer.org/config.html#authentication-file-format
users() {
  printf '"%s" "%s"\n' "$(quoted username)" "$(quoted password)" >/run/pgbouncer/users.new
  mv /run/pgbouncer/users.new /run/pgbouncer/users.txt
}

# A sum over all that may change. The kubelet puts all files of a volume in place at once.
given() { cat /etc/pgbouncer/pgbouncer.ini /etc/pgbouncer-user/* /tls/* /tlsca/* 2>/dev/null | cksum || true; }

follow() {
  while sleep 5; do
    now=$(given)
    if [ "$now" != "$known" ]; then
      echo "start: told PgBouncer to read its files anew" >&2
      users && kill -HUP $$ && known=$now
    fi
  done
}

# It proves no identity, but connections are encrypted without further ado.
if [ -n "${SELF_SIGNED:-}" ] && [ ! -s /run/pgbouncer/tls.crt ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$SELF_SIGNED" \
    -keyout /run/pgbouncer/tls.key -out /run/pgbouncer/tls.crt.new
  mv /run/pgbouncer/tls.crt.new /run/pgbouncer/tls.crt
fi

known=$(given)
users
: >/run/pgbouncer/leaving.ini
follow &
# In the place of this shell, so that it gets the signals.
exec pgbouncer /etc/pgbouncer/pgbouncer.ini

#!/bin/sh
# Starts postgres_exporter, which reads its password and its queries when it starts and never again, and starts it anew when one of
# them has changed. A password may come to its Secret before the database knows it: the old one is used until the new one is let in. The
# container runs on whatever becomes of the exporter: a pod that is not Ready takes its database out of the Services.
# Environment: DATA_SOURCE_URI, DATA_SOURCE_USER.
set -u
umask 077

program=$(command -v postgres_exporter || command -v prometheus-postgres-exporter) || {
  echo "start: the image has no postgres_exporter" >&2
  exit 1
}
child=

# Ends at once with the container.
pause() { sleep "$1" & wait $!; }

password() { cat /etc/pgrender-exporter-user/password 2>/dev/null; }

queries() {
  for file in /etc/pgrender-exporter/*.yaml /postgres_exporter/custom_queries/*; do
    if [ -f "$file" ]; then cat "$file" && echo; fi
  done
}

start() {
  queries >/tmp/queries.yaml
  DATA_SOURCE_PASS=$1 "$program" --extend.query-path=/tmp/queries.yaml &
  child=$!
}

stop() {
  kill "$child" 2>/dev/null
  wait "$child" 2>/dev/null
}
trap 'stop; exit 0' TERM INT

# Its metrics, by whatever the image has.
metrics() {
  wget -qO- http://127.0.0.1:9187/metrics 2>/dev/null || curl -fs http://127.0.0.1:9187/metrics 2>/dev/null ||
    bash -c 'exec 3<>/dev/tcp/127.0.0.1/9187 && printf "GET /metrics HTTP/1.0\r\n\r\n" >&3 && cat <&3' 2>/dev/null
}

# Whether the exporter gets into the database.
is_let_in() {
  for _ in 1 2 3 4 5; do
    pause 1
    case $(metrics) in
      *"
pg_up 1"*) return 0 ;;
      *"
pg_up 0"*) return 1 ;;
    esac
  done
  return 1
}

until now=$(password) && [ -n "$now" ]; do
  echo "start: waits for the password of $DATA_SOURCE_USER in its Secret" >&2
  pause 10
done
used=$now
start "$used"
while :; do
  pause 5
  now=$(password)
  if [ -n "$now" ] && [ "$now" != "$used" ]; then
    stop
    start "$now"
    if is_let_in; then
      echo "start: another password is in use" >&2
      used=$now
    else
      echo "start: the database does not know the password of the Secret yet" >&2
      stop
      start "$used"
      pause 60
    fi
  elif ! kill -0 "$child" 2>/dev/null || [ "$(queries)" != "$(cat /tmp/queries.yaml)" ]; then
    stop
    start "$used"
  fi
done

#!/usr/bin/env bash
# Sourced by the scripts beside it: a cluster of three members, and a client that is no member of it. Needs kubectl, jq,
# npx pgrender, and the image that the cluster tests use.
set -euo pipefail

namespace=pgrender-trial
name=trial
image=${PGRENDER_TEST_IMAGE:?the image of the members}
version=${PGRENDER_TEST_VERSION:?the major version of PostgreSQL in the image}
credentials=postgres.$name.credentials.postgresql.cpo.opensource.cybertec.at
members=cluster.cpo.opensource.cybertec.at/name=$name,member.cpo.opensource.cybertec.at/type=postgresql

k() { kubectl -n "$namespace" "$@"; }

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# within SECONDS WHAT COMMAND...: runs the command again and again until it succeeds.
within() {
  local seconds=$1 what=$2 start=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS - start < seconds)) || fail "not within $seconds s: $what"
    sleep 1
  done
}

render_trial() {
  trial=$(mktemp -d)
  mkdir "$trial/clusters"
  cat >"$trial/clusters/$name.yaml" <<SPEC
apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata:
  name: $name
  namespace: $namespace
spec:
  numberOfInstances: 3
  dockerImage: $image
  postgresql:
    version: "$version"
    parameters: { max_connections: "50", shared_buffers: 32MB }
  patroni:
    # A commit waits for a replica, so that no acknowledged row is lost with a node.
    synchronous_mode: true
    initdb: { locale: C.UTF-8 }
  resources:
    requests: { cpu: 20m, memory: 128Mi }
    limits: { cpu: "1", memory: 400Mi }
  volume:
    size: 1Gi
SPEC
  npx pgrender render --clusters "$trial/clusters" --output "$trial/rendered" >&2
}

apply_trial() {
  k apply --server-side --force-conflicts -k "$trial/rendered/$name" >&2
}

# Whether one member leads and two stream from it, as Patroni sees it.
is_healthy() {
  local ask="import urllib.request; print(urllib.request.urlopen('http://localhost:8008/cluster', timeout=3).read().decode())"
  k exec "$name-0" -c postgres -- python3 -c "$ask" | jq -e '
    ([.members[] | select(.role == "leader")] | length) == 1 and
    ([.members[] | select(.state == "streaming")] | length) == 2'
}

start_trial() {
  kubectl create namespace "$namespace" --dry-run=client -o yaml | kubectl apply -f - >&2
  kubectl label --overwrite namespace "$namespace" pod-security.kubernetes.io/enforce=restricted >&2
  render_trial
  apply_trial
  within 300 "three members are healthy" is_healthy
}

# The one pod that carries the primary's label. Only right while all members run.
leader() {
  k get pods -l "$members,member.cpo.opensource.cybertec.at/role=master" -o json |
    jq -er 'if (.items | length) == 1 then .items[0].metadata.name else error("not one primary") end'
}

# node_of POD, address_of POD
node_of() { k get pod "$1" -o jsonpath='{.spec.nodeName}'; }
address_of() { k get pod "$1" -o jsonpath='{.status.podIP}'; }

# start_client NODE: a pod named `client` on that node, with psql and the superuser's password.
start_client() {
  k delete pod client --ignore-not-found >&2
  k apply -f - >&2 <<POD
apiVersion: v1
kind: Pod
metadata: { name: client }
spec:
  nodeName: $1
  terminationGracePeriodSeconds: 0
  securityContext: { runAsNonRoot: true, runAsUser: 26, seccompProfile: { type: RuntimeDefault } }
  containers:
  - name: client
    image: $image
    imagePullPolicy: IfNotPresent
    command: [sleep, infinity]
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
    env:
    - { name: PGUSER, value: postgres }
    - { name: PGDATABASE, value: postgres }
    - { name: PGSSLMODE, value: require }
    - { name: PGCONNECT_TIMEOUT, value: "2" }
    - { name: PGPASSWORD, valueFrom: { secretKeyRef: { name: $credentials, key: password } } }
POD
  k wait --for=condition=Ready pod/client --timeout=120s >&2
}

# sql HOST QUERY: asked by the client. A primary that is lost after it took the question never answers.
sql() { k exec client -- timeout 10 psql -XqAt -v ON_ERROR_STOP=1 -h "$1" -c "$2"; }

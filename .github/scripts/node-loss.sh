#!/usr/bin/env bash
# Takes the primary's node away at once, as a power cut does, and shows that writes come back within 90 s, that no
# acknowledged row is lost, and that the node's member streams again when the node is back. Only on kind: a node is a
# container of Docker's.
source "$(dirname "$0")/trial.sh"
limit=90

start_trial
primary=$(leader)
node=$(node_of "$primary")
old_address=$(address_of "$primary")
spare=$(k get pods -l "$members" -o json |
  jq -er --arg node "$node" '[.items[].spec.nodeName | select(. != $node)][0] // error("all members are on one node")')
start_client "$spare"

# By address: the name server may be on the lost node, and that is not what is tried here.
service=$(k get service "$name" -o jsonpath='{.spec.clusterIP}')
sql "$service" "drop table if exists t; create table t (id int); insert into t values (1)"

docker stop -t 0 "$node" >/dev/null
start=$SECONDS
trap 'docker start "$node" >/dev/null' EXIT
until taken_by=$(sql "$service" "insert into t values (2) returning host(inet_server_addr())" 2>/dev/null); do
  ((SECONDS - start < limit)) || fail "no write within $limit s of the loss of $node"
  sleep 1
done
took=$((SECONDS - start))
[ "$taken_by" != "$old_address" ] || fail "the lost member $primary took a write"
[ "$(sql "$taken_by" "select count(*) from t where id = 1")" = 1 ] || fail "an acknowledged row is lost"
echo "node loss: $primary was lost with $node, writes again after $took s, no acknowledged row lost"

docker start "$node" >/dev/null
trap - EXIT
kubectl wait --for=condition=Ready "node/$node" --timeout=180s >&2
within 300 "three members are healthy again" is_healthy
echo "node loss: $node is back, three members are healthy $((SECONDS - start)) s after the loss"

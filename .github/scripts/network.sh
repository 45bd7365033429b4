#!/usr/bin/env bash
# Shows on a cluster whose network enforces policies that a pod that is no member reaches PostgreSQL and not Patroni, and
# that it is our policy which cuts it off.
source "$(dirname "$0")/trial.sh"

# connects POD ADDRESS PORT
connects() { k exec "$1" -- timeout 5 bash -c ": </dev/tcp/$2/$3"; }
cut_off() { ! connects "$@"; }

start_trial
start_client "$(node_of "$name-0")"

for ordinal in 0 1 2; do
  member=$name-$ordinal
  other=$name-$(((ordinal + 1) % 3))
  address=$(address_of "$member")
  connects client "$address" 5432 || fail "a stranger does not reach 5432 of $member"
  connects "$other" "$address" 8008 || fail "$other does not reach 8008 of $member"
  # Refused or dropped: either way nobody answers.
  if connects client "$address" 8008 2>/dev/null; then fail "a stranger reaches 8008 of $member"; fi
done
echo "network: 5432 of all members answers a stranger, 8008 answers members alone"

# Without the policy the stranger gets through: nothing else was in its way.
address=$(address_of "$name-0")
k delete networkpolicy "$name" >&2
within 30 "a stranger reaches 8008 without the policy" connects client "$address" 8008
apply_trial
within 30 "a stranger is cut off from 8008 again" cut_off client "$address" 8008
echo "network: without the policy 8008 answers a stranger; with it again, no more"

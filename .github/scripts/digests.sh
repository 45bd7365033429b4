#!/usr/bin/env bash
# digests.sh FOLDER: renders clusters/ into FOLDER and writes the SHA-256 of every file to FOLDER.sha256. The language and
# the time zone are odd on purpose: neither may reach the output.
set -euo pipefail
folder=$1

LC_ALL=tr_TR.UTF-8 TZ=Pacific/Chatham npx pgrender render --output "$folder"
cd "$folder"
find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >"$folder.sha256"
[ -s "$folder.sha256" ]

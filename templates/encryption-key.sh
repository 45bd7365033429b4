#!/bin/sh
# PostgreSQL's encryption_key_command: prints the key of the data files. Environment: TDE_KEY, hexadecimal digits.
set -eu
printf '%s' "$TDE_KEY"

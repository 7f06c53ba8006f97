#!/bin/sh
# sentinel.sh SPILLWAY IDLE: a sentinel as a batch job. It takes events from the experiment's streams until none has come for
# IDLE (e.g. 10m), then ends with 0. SIGTERM: it finishes what is in hand, or gives it back, and ends with 0 too.
# The configuration, spillway.yaml, lies in the directory of the job.
set -eu

spillway=$1
idle=$2

# The Node.js that came with Spillway's packages, or the machine's own if it is new enough.
node=$spillway/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')/bin/node
[ -x "$node" ] || node=node

echo "job ${SPILLWAY_JOB:-without a number} on $(uname -n)" >&2
# In place of this shell, so that signals reach it.
exec "$node" "$spillway/main.ts" run sentinel --config spillway.yaml --until-idle "$idle"

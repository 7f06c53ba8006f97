#!/bin/sh
# guard.sh GRACE COMMAND [ARGUMENT...]
#
# Becomes COMMAND, which then cannot outlive the process that started it, however that one ends (SIGKILL
# included), and needs to know nothing about it.
#
# File descriptor 3 is a pipe that only the starter holds. The watcher below reads it. End of file means that the
# starter is gone: SIGTERM, and after GRACE seconds SIGKILL. A line means that COMMAND has ended and the watcher
# may go, so that it never signals a pid that has been given to someone else.
grace=$1
shift
(
  exec >/dev/null 2>&1
  read -r _ <&3 && exit
  kill -TERM $$ || exit
  while [ "$grace" -gt 0 ]; do
    sleep 1
    kill -0 $$ || exit
    grace=$((grace - 1))
  done
  kill -KILL $$
) &
exec 3<&-
# `exec` keeps the pid: $$ in the watcher is COMMAND's.
exec "$@"

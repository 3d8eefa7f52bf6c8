#!/usr/bin/env bash
# Ends what a run of the tests has started and removes its folder. run.sh calls end_run, and starts this file as a program,
#   leave-nothing.sh PID FOLDER
# which waits until the run is over and does the same: who is killed cannot clean up.
#
# Servers, browsers, compilers and databases leave their parent and its process group as they like. But what a run starts has
# the run's folder in its environment, as TMPDIR, and is found by it.

# Without the mark, lest it finds itself.
members_of() {
  TMPDIR='' grep -lzsxF "TMPDIR=$1" /proc/[0-9]*/environ | TMPDIR='' cut -d / -f 3
}

# Asks them to end, then does not ask. PostgreSQL ends at once by QUIT only; by KILL it would leave shared memory behind.
end_run() {
  local folder=$1 signal look members
  [[ -n $folder ]] || return 0
  for signal in TERM QUIT KILL; do
    for look in {1..30}; do
      mapfile -t members < <(members_of "$folder")
      ((${#members[@]} > 0)) || break 2
      ((look % 10 != 1)) || kill -s "$signal" "${members[@]}" 2>/dev/null
      sleep 0.1
    done
  done
  rm -rf "$folder"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  while kill -0 "$1" 2>/dev/null; do
    sleep 1
  done
  end_run "$2"
fi

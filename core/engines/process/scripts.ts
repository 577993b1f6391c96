/*
 * The scripts that run on a host: POSIX sh with coreutils or busybox. They never interpret a value of a user: those come
 * as parameters, or over standard input as words quoted by `shellQuote`.
 *
 * <root>/<installation>/instances/<id>/ holds one instance:
 *   meta     what `list` tells of it, one line of JSON; no secret
 *   claim    "pid born boot" of the one supervisor that may start it, made by a hard link, which only one can win
 *   pid      "pid born boot startedAt signal" of its main process, which leads a session and a process group
 *   cgroups  the control groups it is in; missing where there are none
 *   stdout stderr (and .1 after rotation), work/ (its HOME), why (the reason it could not be executed)
 *   exit     "code endedAt why", why being -, oom, command or unstarted: once this is there, all of it was killed
 * "born" is the start time of a process in ticks since the boot, so a process id that was given away again is detected.
 */

/** Functions that the scripts share. `born`, `find_instance`, `read_pid` set variables, since a subshell is a fork. */
export const FUNCTIONS = `umask 077
nap() { sleep "$1" 2>/dev/null || sleep 1; }
now() { now=$(date +%s%3N); case $now in *[!0-9]*) now=$(date +%s)000;; esac; }
born() {
  born= stat=
  { while IFS= read -r line; do stat="$stat$line "; done; } 2>/dev/null < "/proc/$1/stat" || return 1
  set -- \${stat##*) }
  [ $# -gt 20 ] && [ "$1" != Z ] && born=\${20}
}
lives() { [ "$3" = "$boot" ] && born "$1" && [ "$born" = "$2" ]; }
find_instance() {
  for dir in "$root"/*/instances/"$1"; do [ -d "$dir" ] && return 0; done
  return 1
}
read_pid() {
  pid= pid_born= pid_boot= started= signal= groups=
  [ -e "$dir/pid" ] && read -r pid pid_born pid_boot started signal < "$dir/pid"
  [ -e "$dir/cgroups" ] && read -r groups < "$dir/cgroups"
  [ -n "$pid" ]
}
supervised() { read -r s_pid s_born s_boot < "$dir/claim" && lives "$s_pid" "$s_born" "$s_boot"; }
write_exit() {
  now
  printf '%s %s %s\\n' "$1" "$now" "$2" > "$dir/exit.$$" && mv "$dir/exit.$$" "$dir/exit"
}
# Of all the ways to write it, only "kill -NAME -GROUP" is understood by dash, busybox and bash alike.
kill_all() {
  [ -n "$pid" ] && kill -KILL -"$pid"
  for group in $groups; do
    [ -e "$group/cgroup.kill" ] && echo 1 > "$group/cgroup.kill"
    while read -r one; do kill -KILL "$one"; done < "$group/cgroup.procs"
  done
} 2>/dev/null
drop_groups() {
  for group in $groups; do
    tries=20
    until rmdir "$group" 2>/dev/null || [ ! -d "$group" ] || [ $tries -eq 0 ]; do nap 0.05; tries=$((tries - 1)); done
  done
}
read -r boot < /proc/sys/kernel/random/boot_id
`

/** Where everything is kept: the first parameter, or ~/.spacefort when it is empty. */
export const ROOT = `root=\${1:-$HOME/.spacefort}
shift
${FUNCTIONS}`

/** Parameters: installation, digest, bytes, then the tar on standard input. Verified, unpacked, and put in place in one step. */
export const STORE_ARTIFACT = `${ROOT}
artifacts=$root/$1/artifacts target=$root/$1/artifacts/$2 temp=$root/$1/artifacts/.$2.$$
[ -d "$target" ] && { cat > /dev/null; exit 0; }
leave() { chmod -R u+w "$temp"; rm -rf "$temp" "$temp.tar"; } 2>/dev/null
mkdir -p "$temp" && cat > "$temp.tar" || exit 1
[ "$(wc -c < "$temp.tar")" -eq "$3" ] || { echo "the artifact arrived incomplete"; exit 4; }
if command -v sha256sum > /dev/null; then
  sum=$(sha256sum < "$temp.tar")
  [ "\${sum%% *}" = "$2" ] || { echo "the artifact arrived damaged: its SHA-256 is \${sum%% *}"; exit 4; }
fi
tar -x -o -f "$temp.tar" -C "$temp" || exit 1
chmod -R a-w "$temp"
[ -d "$target" ] || mv "$temp" "$target"
`

/**
 * Parameters: installation, id, digest or "", bytes of the run file, supervisor, launcher, meta, memory, CPU shares,
 * stop signal without SIG, then the named volumes. The run file comes over standard input and is never left behind: one supervisor reads and removes it.
 */
export const START = `${ROOT}
home=$root/$1 dir=$root/$1/instances/$2 id=$2 artifact=\${3:+$root/$1/artifacts/$3} bytes=$4 supervise=$5 launch=$6 meta=$7 memory=$8 shares=$9
shift 9
signal=$1
shift
mkdir -p "$dir/work" || exit 1
leave() { rm -f "$dir/run.$$" "$dir/meta.$$"; }
if [ ! -e "$dir/claim" ]; then
  printf '%s\\n' "$meta" > "$dir/meta.$$" && mv "$dir/meta.$$" "$dir/meta" || exit 1
  [ -z "$artifact" ] || [ -d "$artifact" ] || exit 5
  cat > "$dir/run.$$"
  [ "$(wc -c < "$dir/run.$$")" -eq "$bytes" ] || exit 1
  for volume in "$@"; do mkdir -p "$home/volumes/$volume" || exit 1; done
  work=$dir/work
  # Twice, because only the leader of a process group forks in setsid: the supervisor is orphaned without "&", which
  # would make every program below it ignore SIGINT and SIGQUIT.
  env -i PATH="$PATH" HOME="$work" TMPDIR="$work" USER="$USER" LOGNAME="$LOGNAME" LANG="\${LANG:-C.UTF-8}" \\
    setsid setsid sh -c "$supervise" spacefort "$dir" "$id" "run.$$" "\${artifact:-$work}" "$launch" "$memory" "$shares" "$home/volumes" "$signal" \\
    > /dev/null 2> "$dir/supervisor.$$" < /dev/null || { cat "$dir/supervisor.$$" >&2; exit 1; }
fi
tries=400
until [ -e "$dir/pid" ] || [ -e "$dir/exit" ] || [ $tries -eq 0 ] || { [ -e "$dir/claim" ] && ! supervised; }; do
  nap 0.03
  tries=$((tries - 1))
done
rm -f "$dir/supervisor.$$"
leave() { :; }
[ -e "$dir/claim" ] || { echo "the instance's supervisor did not start"; exit 4; }
`

/** Runs detached from everything, one per instance: claims it, starts its main process, waits, and writes down how it ended. */
export const SUPERVISE = `dir=$1 id=$2 run=$1/$3 cwd=$4 launch=$5 memory=$6 shares=$7 volumes=$8 signal=$9
${FUNCTIONS}
cd /
born $$
echo "$$ $born $boot" > "$dir/claim.$$"
ln "$dir/claim.$$" "$dir/claim" 2> /dev/null
won=$?
rm -f "$dir/claim.$$"
[ $won -eq 0 ] || { rm -f "$run"; exit 0; }
groups=
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  parent=/sys/fs/cgroup/spacefort
  mkdir -p "$parent/$id" && {
    echo "+memory +cpu" > /sys/fs/cgroup/cgroup.subtree_control
    echo "+memory +cpu" > "$parent/cgroup.subtree_control"
    echo "$memory" > "$parent/$id/memory.max"
    echo 0 > "$parent/$id/memory.swap.max"
    echo $((1 + (shares - 2) * 9999 / 262142)) > "$parent/$id/cpu.weight"
    groups=$parent/$id
  }
else
  for controller in memory cpu cpuacct; do
    group=/sys/fs/cgroup/$controller/spacefort/$id
    [ -e "\${group%/spacefort/*}/cgroup.procs" ] && mkdir -p "$group" && groups="$groups $group"
  done
  echo "$memory" > "/sys/fs/cgroup/memory/spacefort/$id/memory.limit_in_bytes"
  echo "$memory" > "/sys/fs/cgroup/memory/spacefort/$id/memory.memsw.limit_in_bytes"
  echo "$shares" > "/sys/fs/cgroup/cpu/spacefort/$id/cpu.shares"
fi 2> /dev/null
[ -z "$groups" ] || echo $groups > "$dir/cgroups"
setsid sh -c "$launch" spacefort "$dir" "$run" "$cwd" "$volumes" "$groups" "$signal" >> "$dir/stdout" 2>> "$dir/stderr" < /dev/null
code=$?
rm -f "$run"
read_pid
kill_all
why=-
[ -s "$dir/why" ] && why=command
for group in $groups; do
  for events in memory.oom_control memory.events; do
    [ -e "$group/$events" ] || continue
    while read -r key count; do [ "$key" = oom_kill ] && [ "$count" -gt 0 ] && [ $code -ne 0 ] && why=oom; done < "$group/$events"
  done
done
write_exit $code $why
drop_groups
`

/**
 * Becomes the main process. The run file exports the environment and sets the command as parameters; after it, only
 * file descriptors are relied on, since the user's variables may have any name.
 */
export const LAUNCH = `dir=$1 run=$2 cwd=$3 volumes=$4 groups=$5 signal=$6
${FUNCTIONS}
for group in $groups; do echo $$ > "$group/cgroup.procs"; done 2> /dev/null
body=$(cat "$run"; echo :)
rm -f "$run"
born $$
now
echo "$$ $born $boot $now $signal" > "$dir/pid.$$" && mv "$dir/pid.$$" "$dir/pid" || exit 1
exec 3> "$dir/why"
cd "$cwd" || exit 1
umask 022
eval "$body"
command -v -- "$1" > /dev/null 2>&1 || { echo missing >&3; exit 127; }
exec "$@" 3>&-
`

/** Parameters: id, grace in tenths of a second. */
export const STOP = `${ROOT}
find_instance "$1" || exit 0
now
if [ ! -e "$dir/claim" ]; then
  # Its start was cut off. The claim keeps a late one from going on.
  echo "0 0 $boot" > "$dir/claim.$$" && ln "$dir/claim.$$" "$dir/claim" 2> /dev/null && write_exit - unstarted
  rm -f "$dir/claim.$$"
fi
tries=100
until [ -e "$dir/exit" ] || read_pid || ! supervised || [ $tries -eq 0 ]; do nap 0.05; tries=$((tries - 1)); done
[ -e "$dir/exit" ] && exit 0
running() { [ ! -e "$dir/exit" ] && lives "$pid" "$pid_born" "$pid_boot"; }
if read_pid && running; then
  { kill -"$signal" -"$pid" || kill -TERM -"$pid"; } 2> /dev/null
  ticks=$2
  while running && [ "$ticks" -gt 0 ]; do nap 0.1; ticks=$((ticks - 1)); done
  code=-
  running && { kill_all; code=137; }
fi
tries=100
while [ ! -e "$dir/exit" ] && supervised && [ $tries -gt 0 ]; do nap 0.05; tries=$((tries - 1)); done
[ -e "$dir/exit" ] && exit 0
# Nobody waits for it any more, so this is the last chance to write down that it has ended.
kill_all
write_exit "$code" -
drop_groups
`

/** Parameters: id. Also lets go of artifacts that no instance has used for a day. */
export const REMOVE = `${ROOT}
find_instance "$1" || exit 0
[ -e "$dir/claim" ] || { echo "0 0 $boot" > "$dir/claim.$$" && ln "$dir/claim.$$" "$dir/claim" 2> /dev/null; }
read_pid
tries=100
while [ ! -e "$dir/exit" ] && { supervised || lives "$pid" "$pid_born" "$pid_boot"; } && [ $tries -gt 0 ]; do
  read_pid && lives "$pid" "$pid_born" "$pid_boot" && kill_all
  nap 0.05
  tries=$((tries - 1))
done
drop_groups
tries=20
until rm -rf "$dir" 2> /dev/null || [ $tries -eq 0 ]; do
  chmod -R u+rwX "$dir" 2> /dev/null
  nap 0.05
  tries=$((tries - 1))
done
[ -d "$dir" ] && { echo "$dir cannot be removed"; exit 4; }
instances=\${dir%/*} artifacts=\${dir%/instances/*}/artifacts
for artifact in "$artifacts"/* "$artifacts"/.[!.]*; do
  [ -e "$artifact" ] || continue
  grep -qs "\${artifact##*/}" "$instances"/*/meta && { touch "$artifact"; continue; }
  [ -n "$(find "$artifact" -prune -mtime +0)" ] && { chmod -R u+w "$artifact"; rm -rf "$artifact"; }
done
exit 0
`

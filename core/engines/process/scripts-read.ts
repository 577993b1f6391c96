import { ROOT } from './scripts.ts'

/** First line of a script that streams, on both outputs, so that nothing a login shell prints is taken for its own. */
export const STREAM_MARK = 'spacefort-begin'

/** Ends a streaming script when the connection does: its input reaches the end, and what it started is killed. */
const UNTIL_CLOSED = `exec 3<&0
{ cat <&3 > /dev/null; kill -TERM $$; } 2> /dev/null &
watcher=$!
`

/**
 * Parameters: installation. Prints "id <tab> state <tab> startedAt <tab> code endedAt why" of each instance, an empty
 * line, and all meta lines. No process is started per instance. Output files that have grown beyond 10 MB are rotated; on a
 * full disk what they hold is dropped instead, or they would hold the disk for ever.
 */
export const LIST = `${ROOT}
cd "$root/$1/instances" 2> /dev/null || exit 0
for file in $(find */stdout */stderr -prune -type f -size +20480 2> /dev/null); do cp "$file" "$file.1" 2> /dev/null || rm -f "$file.1"; : > "$file"; done
for dir in *; do
  case $dir in *[!a-z0-9-]*) continue;; esac
  [ -e "$dir/claim" ] || continue
  exit= state=exited
  read_pid
  if [ ! -e "$dir/exit" ]; then
    if [ -n "$pid" ] && lives "$pid" "$pid_born" "$pid_boot"; then state=running
    elif supervised; then state=starting; [ -n "$pid" ] && state=running
    elif [ ! -e "$dir/exit" ]; then
      exit='- 0 lost'
      [ "\${pid_boot:-$s_boot}" = "$boot" ] || exit='- 0 rebooted'
    fi
  fi
  [ "$state" != exited ] || [ -n "$exit" ] || read -r exit < "$dir/exit"
  printf '%s\\t%s\\t%s\\t%s\\n' "$dir" "$state" "$started" "$exit"
done
echo
cat */meta 2> /dev/null
exit 0
`

/**
 * Parameters: ids. Prints "id nanoseconds bytes" from the control groups; "- pid id" where they do not tell, followed by
 * "= ticksPerSecond pageBytes" and "+ session ticks pages" of every session asked for.
 */
export const STATS = `${ROOT}
sessions=
for id in "$@"; do
  find_instance "$id" && [ ! -e "$dir/exit" ] && read_pid && lives "$pid" "$pid_born" "$pid_boot" || continue
  cpu= memory= cache=0
  for group in $groups; do
    [ -e "$group/cpuacct.usage" ] && read -r cpu < "$group/cpuacct.usage"
    [ -e "$group/cpu.stat" ] && [ -z "$cpu" ] && while read -r key value; do [ "$key" = usage_usec ] && { cpu=\${value}000; break; }; done < "$group/cpu.stat"
    for file in memory.usage_in_bytes memory.current; do [ -e "$group/$file" ] && read -r memory < "$group/$file"; done
    [ -e "$group/memory.stat" ] && while read -r key value; do
      case $key in total_inactive_file) cache=$value; break;; inactive_file) cache=$value;; esac
    done < "$group/memory.stat"
  done
  if [ -n "$cpu" ] && [ -n "$memory" ]; then echo "$id $cpu $((memory > cache ? memory - cache : 0))"
  else echo "- $pid $id"; sessions="$sessions $pid"
  fi
done
[ -z "$sessions" ] && exit 0
echo "= $(getconf CLK_TCK 2> /dev/null || echo 100) $(getconf PAGESIZE 2> /dev/null || echo 4096)"
cat /proc/[0-9]*/stat 2> /dev/null | awk -v wanted="$sessions" '
  BEGIN { count = split(wanted, list, " "); for (i = 1; i <= count; i++) want[list[i]] = 1 }
  { sub(/.*\\) /, ""); if ($4 in want) { ticks[$4] += $12 + $13 + $14 + $15; pages[$4] += $22 } }
  END { for (session in ticks) print "+ " session " " ticks[session] " " pages[session] }'
exit 0
`

/** Parameters: id, lines. Each stream's last lines on the output of the same name. */
export const LOGS = `${ROOT}
find_instance "$1" || { echo "${STREAM_MARK} gone"; exit; }
echo "${STREAM_MARK} ok"
echo "${STREAM_MARK}" >&2
cat "$dir/stdout.1" "$dir/stdout" 2> /dev/null | tail -n "$2"
cat "$dir/stderr.1" "$dir/stderr" 2> /dev/null | tail -n "$2" >&2
`

/**
 * Parameters: id, lines, a line that parts old from new. Follows by offset, so no line falls between old and new. After
 * the end it stays a little longer than the second in which busybox tail looks again.
 */
export const FOLLOW = `${ROOT}
find_instance "$1" || { echo "${STREAM_MARK} gone"; exit; }
echo "${STREAM_MARK} ok"
echo "${STREAM_MARK}" >&2
lines=$2 mark=$3
follow() {
  : >> "$1"
  size=$(wc -c < "$1")
  { cat "$1.1" 2> /dev/null; head -c "$size" "$1"; } | tail -n "$lines"
  echo "$mark"
  exec tail -c +$((size + 1)) -F "$1" 2> /dev/null
}
${UNTIL_CLOSED}
follow "$dir/stdout" < /dev/null & out=$!
follow "$dir/stderr" >&2 < /dev/null & err=$!
exec 2> /dev/null
trap 'kill $out $err $watcher 2> /dev/null; exit 0' TERM HUP
while [ -d "$dir" ] && [ ! -e "$dir/exit" ]; do nap 0.3; done
nap 1.2
kill $out $err $watcher 2> /dev/null
`

/** Prints a line at the start and whenever instances came, started, ended or went. */
export const CHANGES = `${ROOT}
${UNTIL_CLOSED}
trap 'kill $watcher 2> /dev/null; exit 0' TERM HUP PIPE
echo "${STREAM_MARK} ok"
last=
while :; do
  all=0 claimed=0 begun=0 ended=0
  for dir in "$root"/*/instances/*; do
    all=$((all + 1))
    [ -e "$dir/claim" ] && claimed=$((claimed + 1))
    [ -e "$dir/pid" ] && begun=$((begun + 1))
    [ -e "$dir/exit" ] && ended=$((ended + 1))
  done
  [ "$all $claimed $begun $ended" = "$last" ] || echo change || exit 0
  last="$all $claimed $begun $ended"
  nap 0.5
done
`

/** Turns the bytes of an environment into export commands, without any value ever being an argument of a process. */
const READ_ENVIRONMENT = `od -An -v -tu1 "/proc/$pid/environ" | LC_ALL=C awk '
  BEGIN { quote = sprintf("%c", 39); name = ""; state = 0 }
  { for (i = 1; i <= NF; i++) {
      if ($i == 0) { if (state == 1) printf "%s\\n", quote; name = ""; state = 0 }
      else if (state == 0 && $i == 61) {
        state = name ~ /^[A-Za-z_][A-Za-z0-9_]*$/ ? 1 : 2
        if (state == 1) printf "command export %s=%s", name, quote
      }
      else if (state == 0) name = name sprintf("%c", $i + 0)
      else if (state == 1) { if ($i == 39) printf "%s\\\\%s%s", quote, quote, quote; else printf "%c", $i + 0 }
  } }
  END { print ":" }'`

/**
 * Parameters: id, "tty" or "", the command. Runs it in the folder, environment and control groups of the instance. It
 * prints its process id, by which the whole command can be killed, and its terminal.
 */
export const EXEC = `${ROOT}
find_instance "$1" && [ ! -e "$dir/exit" ] && read_pid && lives "$pid" "$pid_born" "$pid_boot" || { echo "${STREAM_MARK} gone"; exit; }
for group in $groups; do echo $$ > "$group/cgroup.procs"; done 2> /dev/null
shift
terminal=$1
shift
cd "/proc/$pid/cwd" || cd "$dir/work"
begin='echo "${STREAM_MARK} ok $$ $(tty)"; exec "$@"' marks='echo "${STREAM_MARK}" >&2; '
if [ -n "$terminal" ]; then set -- "$(command -v sh)" -c "$begin" spacefort "$@"
else set -- "$(command -v setsid)" "$(command -v sh)" -c "$marks$begin" spacefort "$@"
fi
umask 022
for name in USER LOGNAME LANG TZ TMPDIR; do unset "$name"; done
eval "$(${READ_ENVIRONMENT})"
"$@"
`

/** Parameters: the process id that EXEC printed. */
export const KILL_EXEC = `${ROOT}
{ kill -KILL -"$1" || kill -KILL "$1"; } 2> /dev/null
exit 0
`

/** Parameters: the terminal that EXEC printed, columns, rows. */
export const RESIZE = `${ROOT}
stty cols "$2" rows "$3" < "$1"
`

export const INFO = `${ROOT}
mkdir -p "$root" || exit 1
[ -r /proc/self/stat ] || { echo "there is no /proc: this engine needs Linux"; exit 4; }
for tool in setsid tar awk od; do command -v $tool > /dev/null || { echo "the program \\"$tool\\" is missing on the host"; exit 4; }; done
nproc
while read -r key value unit; do [ "$key" = MemTotal: ] && echo "$value"; done < /proc/meminfo
df -Pk "$root" | awk 'NR == 2 { print $2 }'
( . /etc/os-release 2> /dev/null; echo "\${PRETTY_NAME:-$(uname -s)}, $(uname -sr) $(uname -m)" )
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then [ -w /sys/fs/cgroup/cgroup.subtree_control ] && echo limited
else [ -w /sys/fs/cgroup/memory/cgroup.procs ] && echo limited
fi
exit 0
`

#!/bin/sh
# Boots one lab host. Called as "boot.sh NAME DIR KIND ADDRESS NODE" it enters the host's control groups (LAB_GROUPS) and
# namespaces, and calls itself there as their first process. When that process is killed, the kernel ends everything on
# the host: engine, containers, sshd, instances.
set -eu
name=$1 dir=$2 kind=$3 address=$4 node=$5

if [ "${6:-}" != inside ]; then
  for group in $LAB_GROUPS; do echo $$ > "$group/cgroup.procs"; done
  unset LAB_GROUPS
  exec nsenter --net="/run/netns/$name" \
    unshare --mount --uts --ipc --pid --cgroup --fork --kill-child=KILL --mount-proc /bin/sh "$0" "$@" inside
fi

hostname "$name"

# What the host uses later is bound below /run first, since the folders above may lie in /root or /tmp, which it replaces.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lab /run/sshd /run/bin
mount --bind "$dir" /run/lab
touch /run/bin/node
mount --bind "$node" /run/bin/node

# Its own view of the control groups, with the host's own group as the root.
grep -E '^[^ ]+ [^ ]+ cgroup2? ' /proc/mounts | sort -u > /run/cgroups
while read -r _ folder type options _; do
  umount "$folder" 2> /dev/null || true
  if [ "$type" = cgroup ]; then
    controllers=$(echo "$options" | tr , '\n' | grep -vxE 'rw|ro|nosuid|nodev|noexec|relatime|xattr|release_agent=.*' | paste -sd, -)
    case $controllers in name=*) controllers=none,$controllers ;; esac
    mount -t cgroup -o "$controllers" cgroup "$folder"
  elif [ "$folder" = /sys/fs/cgroup ]; then
    mount -t cgroup2 cgroup2 "$folder"
    # A group with processes in it cannot hand controllers to its children.
    mkdir -p "$folder/init"
    echo $$ > "$folder/init/cgroup.procs"
    sed -E 's/(^| )/\1+/g' "$folder/cgroup.controllers" > "$folder/cgroup.subtree_control"
  fi
done < /run/cgroups

# A disk of a limited size, where one is asked for, for everything the host itself stores. It is made of memory, so that
# filling it harms nobody else, and is lost when the host is killed.
if [ -s /run/lab/disk-megabytes ]; then
  mkdir -p /run/lab/docker /run/lab/root /run/disk
  mount -t tmpfs -o "mode=755,size=$(cat /run/lab/disk-megabytes)m" tmpfs /run/disk
  mkdir /run/disk/docker /run/disk/root
  mount --bind /run/disk/docker /run/lab/docker
  mount --bind /run/disk/root /run/lab/root
fi

# Its own home and temporary files: two process hosts must not see each other's instances.
mkdir -p /run/lab/root
rm -rf /run/lab/tmp
mkdir -m 1777 /run/lab/tmp
mount --bind /run/lab/root /root
mount --bind /run/lab/tmp /tmp
mount --bind /run/lab/tmp /var/tmp
cd /

# A locked account may not sign in, not even with a key.
awk 'BEGIN { FS = OFS = ":" } $1 == "root" { $2 = "*" } 1' /etc/shadow > /run/shadow
chmod 600 /run/shadow
mount --bind /run/shadow /etc/shadow

# Starts a program again whenever it ends, as the system's own supervisor does for these two.
keep_running() { while :; do "$@" || true; sleep 0.3; done; }

keep_running /usr/sbin/sshd -D -f /run/lab/sshd_config -E /run/lab/sshd.log &

case $kind in
  docker-tls)
    set -- -H "tcp://$address:2376" --tlsverify --tlscacert /run/lab/ca.pem --tlscert /run/lab/cert.pem --tlskey /run/lab/key.pem ;;
  docker-ssh) set -- ;;
esac
if [ "$kind" != ssh ]; then
  keep_running dockerd -H unix:///run/docker.sock "$@" --data-root /run/lab/docker --exec-root /run/docker --pidfile /run/docker.pid \
    --exec-opt native.cgroupdriver=cgroupfs --log-level warn >> /run/lab/dockerd.log 2>&1 &
fi

# The first process also inherits the orphans; waiting collects them when they end.
wait
while :; do sleep 3600; done

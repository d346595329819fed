# shellcheck shell=bash disable=SC2034
# What deploy/* and tests/run share: talking, processes, packages, private PostgreSQL and RabbitMQ, .NET. Sourced, never
# run.
set -Eeuo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# Everything that up creates is in here: secrets, data, logs, process ids and the copies of the services that run.
run=${JDZ_RUN_DIR:-$root/.run}

# Added to every port, so that a second platform can run beside the first, JDZ_RUN_DIR=/tmp/two JDZ_PORT_OFFSET=1000
# deploy/up. It is kept in the folder, and changes only while the platform is down.
kept_offset=$(cat "$run/port-offset" 2>/dev/null || echo 0)
if [ -e "$run/mode" ]; then offset=$kept_offset; else offset=${JDZ_PORT_OFFSET:-$kept_offset}; fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# ---- Talking ----

say() { printf '%s\n' "$*"; }

command=$(basename "$(cd "$(dirname "$0")" && pwd)")/$(basename "$0")
fail() { printf '%s: %s\n' "$command" "$*" >&2; trap - ERR; exit 1; }

# What nobody foresaw ends in one sentence too. A subshell stays silent: its caller speaks.
trap '[ "$BASH_SUBSHELL" -gt 0 ] ||
  fail "stopped unexpectedly at ${BASH_SOURCE[0]#"$root"/}:$LINENO, in: $BASH_COMMAND"' ERR

[ $((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1])) -ge 501 ] ||
  fail "this needs bash 5.1 or newer, and found $BASH_VERSION."

quietly() { "$@" >/dev/null 2>&1; }

# ---- Processes ----

# When a process started; with its id it names the process even after the id is given to another one.
started_at() {
  local stat=()
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra stat <<<"${stat##*) }"
  printf '%s' "${stat[19]}"
}

alive() { # alive PIDFILE
  local pid born
  [ -s "$1" ] || return 1
  read -r pid born <"$1"
  [ "$(started_at "$pid")" = "$born" ] && [ "$(process_state "$pid")" != Z ]
}

process_state() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  stat=${stat##*) }
  printf '%s' "${stat%% *}"
}

# Starts a command that outlives this shell: a session of its own, no inherited files, its output in a log.
launch() { # launch PIDFILE LOG COMMAND…
  local pidfile=$1 log=$2
  shift 2
  [ ! -s "$log" ] || mv -f "$log" "$log.1"
  (
    trap - ERR
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done
    exec setsid "$@"
  ) </dev/null >"$log" 2>&1 &
  local pid=$!
  disown "$pid"
  printf '%s %s\n' "$pid" "$(started_at "$pid")" >"$pidfile"
}

signal() { # signal SIGNAL PIDFILE
  local pid
  alive "$2" || return 0
  read -r pid _ <"$2"
  kill -s "$1" "$pid" 2>/dev/null || true
}

# Waits for the end of processes that were told to end; what is still there after the time is killed.
await_end() { # await_end SECONDS PIDFILE…
  local until=$((SECONDS + $1)) pidfile
  shift
  for pidfile in "$@"; do
    while alive "$pidfile" && [ "$SECONDS" -lt "$until" ]; do sleep 0.1; done
    if alive "$pidfile"; then
      say "  $(basename "$pidfile" .pid) did not end in time and was killed"
      signal KILL "$pidfile"
    fi
    rm -f "$pidfile"
  done
}

in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range from which the system gives ports to outgoing connections.
free_port() {
  local port
  for _ in {1..200}; do
    port=$((10000 + RANDOM % 20000))
    in_use "$port" || { printf '%s' "$port"; return; }
  done
  return 1
}

refuse_taken_port() { # refuse_taken_port PORT WHAT
  in_use "$1" || return 0
  local holder=''
  ! command -v ss >/dev/null || holder=$(ss -Hltnp "sport = :$1" 2>/dev/null |
    sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ (\1, process \2)/p' | head -n 1)
  fail "port $1, which $2 needs, is taken by another program$holder: stop it, or move every port by JDZ_PORT_OFFSET."
}

# GET that succeeds on a 2xx answer; proxies have no business on this machine's own addresses.
answers() { curl --noproxy '*' -fsS -o /dev/null --max-time 5 "$@" 2>/dev/null; }

need_space() { # need_space FOLDER MEGABYTES
  local free
  free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$2" ] ||
    fail "only $free MB are free on the disk of $1, and $2 MB are needed: make room and try again."
}

# ---- Docker ----

engine_answers() { command -v docker >/dev/null && quietly timeout 10 docker version --format '{{.Server.Version}}'; }

# ---- System packages ----

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || quietly sudo -n true; }; }

postgres_bin() { # the folder of the newest server installed; an argument asks for that major version
  local initdb='' path
  # shellcheck disable=SC2086
  for path in $(printf '%s\n' /usr/lib/postgresql/${1:-*}/bin/initdb /usr/pgsql-${1:-*}/bin/initdb | sort -V); do
    [ ! -x "$path" ] || initdb=$path
  done
  [ -n "$initdb" ] || initdb=$(command -v initdb) || return 1
  dirname "$(readlink -f "$initdb")"
}

# The scripts behind Debian's wrappers, which insist on the system's own broker.
rabbitmq_bin() {
  if [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then echo /usr/lib/rabbitmq/bin; return; fi
  local server
  server=$(command -v rabbitmq-server) || return 1
  dirname "$(readlink -f "$server")"
}

need_servers() {
  [ "$(uname -s)" = Linux ] || fail "without a Docker engine this runs on Linux only: start Docker and try again."
  local packages=()
  quietly postgres_bin || packages+=(postgresql)
  quietly rabbitmq_bin || packages+=(rabbitmq-server)
  need_programs curl
  install_packages "${packages[@]}"
  # Their own services would start with the next boot; we only want their programs.
  if [ "${#packages[@]}" -gt 0 ] && [ -d /run/systemd/system ]; then
    quietly as_root systemctl disable postgresql.service rabbitmq-server.service || true
  fi
}

need_programs() { # need_programs NAME…: programs whose package has the same name
  local program packages=()
  for program in "$@"; do command -v "$program" >/dev/null || packages+=("$program"); done
  install_packages "${packages[@]}"
}

install_packages() {
  [ $# -gt 0 ] || return 0
  may_install || fail "$* missing, and this user may not install it: run 'apt-get install $*' as root."

  say "Installing $* (Debian or Ubuntu packages) …"
  local log guard=/usr/sbin/policy-rc.d guarded=no installed=yes
  log=$(mktemp)
  # Keeps the packages from starting servers of their own on the usual ports.
  if [ ! -e "$guard" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$guard" >/dev/null
    as_root chmod +x "$guard"
    guarded=yes
  fi
  {
    as_root apt-get update -qq &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } >"$log" 2>&1 || installed=no
  [ "$guarded" = no ] || as_root rm -f "$guard"
  if [ "$installed" = no ]; then
    tail -n 5 "$log" >&2
    fail "installing $* failed: the whole output is in $log."
  fi
  rm -f "$log"
}

# ---- Private servers ----

# Runs a command as the user of a server when we are root (PostgreSQL refuses root), else as ourselves; from a folder it
# can enter.
as_server() { # as_server USER FOLDER COMMAND…
  local user=$1 folder=$2
  shift 2
  if [ "$(id -u)" = 0 ]; then
    env -C "$folder" HOME="$folder" setpriv --reuid="$user" --regid="$user" --init-groups "$@"
  else
    env -C "$folder" HOME="$folder" "$@"
  fi
}

server_folder() { # server_folder USER FOLDER
  mkdir -p "$2"
  [ "$(id -u)" != 0 ] || chown "$1" "$2"
  chmod 700 "$2"
}

# A cluster with one superuser, postgres, who needs the password. start_postgres returns at once, await_postgres waits.
start_postgres() { # start_postgres FOLDER PORT PASSWORD PIDFILE LOG [SETTING…]
  local folder=$1 port=$2 password=$3 pidfile=$4 log=$5 bin setting settings=()
  shift 5
  server_folder postgres "$folder"
  local version=''
  [ ! -s "$folder/data/PG_VERSION" ] || version=$(<"$folder/data/PG_VERSION")
  bin=$(postgres_bin "$version") && [[ -z $version || $("$bin/postgres" --version) == *" $version"* ]] ||
    fail "the data in $folder was made by PostgreSQL $version, which is no longer installed."

  if [ -z "$version" ]; then
    rm -rf "$folder/data"
    as_server postgres "$folder" sh -c 'umask 077; cat >password' <<<"$password"
    as_server postgres "$folder" "$bin/initdb" -D data -U postgres --pwfile=password -A scram-sha-256 \
      -E UTF8 --locale=C.UTF-8 >"$log" 2>&1 || fail "initdb failed: its output is in $log."
    rm -f "$folder/password"
  fi
  as_server postgres "$folder" sh -c 'cat >data/postgresql.conf' <"$root/deploy/postgres/postgresql.conf"
  settings=(-c "port=$port" -c listen_addresses=127.0.0.1 -c "unix_socket_directories=")
  for setting in "$@"; do settings+=(-c "$setting"); done
  as_server_in_background postgres "$folder" "$pidfile" "$log" "$bin/postgres" -D data "${settings[@]}"
}

as_server_in_background() { # as_server_in_background USER FOLDER PIDFILE LOG COMMAND…
  local user=$1 folder=$2 pidfile=$3 log=$4
  shift 4
  if [ "$(id -u)" = 0 ]; then
    launch "$pidfile" "$log" env -C "$folder" HOME="$folder" setpriv --reuid="$user" --regid="$user" --init-groups "$@"
  else
    launch "$pidfile" "$log" env -C "$folder" HOME="$folder" "$@"
  fi
}

await_postgres() { # await_postgres PORT PIDFILE LOG
  local bin
  bin=$(postgres_bin)
  for _ in {1..600}; do
    ! quietly "$bin/pg_isready" -h 127.0.0.1 -p "$1" || return 0
    alive "$2" || died PostgreSQL "$3"
    sleep 0.1
  done
  fail "PostgreSQL did not become ready within a minute: its log is $3."
}

# A broker of our own: node name, cookie, name server (epmd), ports and data are apart from the system's broker.
start_rabbitmq() { # start_rabbitmq FOLDER PORT MANAGEMENT_PORT EPMD_PORT DISTRIBUTION_PORT USER PASSWORD PIDFILE LOG
  local folder=$1 port=$2 management=$3 epmd=$4 distribution=$5 user=$6 password=$7 pidfile=$8 log=$9
  server_folder rabbitmq "$folder"
  as_server rabbitmq "$folder" sh -c 'echo "[rabbitmq_management]." >enabled_plugins'
  as_server rabbitmq "$folder" sh -c 'umask 077; cat >rabbitmq.conf' <<CONF
$(<"$root/deploy/rabbitmq/rabbitmq.conf")
listeners.tcp.default = 127.0.0.1:$port
management.tcp.ip = 127.0.0.1
management.tcp.port = $management
default_user = $user
default_pass = $password
CONF
  # RUNNING_UNDER_SYSTEMD makes the script become the Erlang machine, so that the process we signal is the broker.
  # The busy wait of Erlang's schedulers would eat a small machine.
  local erlang="+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
  as_server_in_background rabbitmq "$folder" "$pidfile" "$log" env \
    RABBITMQ_CONF_ENV_FILE=/dev/null \
    RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins" \
    RABBITMQ_MNESIA_BASE="$folder/mnesia" \
    RABBITMQ_LOG_BASE="$folder/log" \
    RABBITMQ_LOGS=- \
    RABBITMQ_NODENAME="jingdezhen$port@localhost" \
    RABBITMQ_DIST_PORT="$distribution" \
    ERL_EPMD_PORT="$epmd" ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="$erlang" \
    RUNNING_UNDER_SYSTEMD=true \
    "$(rabbitmq_bin)/rabbitmq-server"
}

await_rabbitmq() { # await_rabbitmq MANAGEMENT_PORT USER PASSWORD PIDFILE LOG
  for _ in {1..450}; do
    ! answers -u "$2:$3" "http://127.0.0.1:$1/api/health/checks/local-alarms" || return 0
    alive "$4" || died RabbitMQ "$5"
    sleep 0.2
  done
  fail "RabbitMQ did not become ready within 90 seconds: its log is $5."
}

# The broker starts its name server as a daemon; nothing else uses the one on this port.
stop_epmd() { ! command -v epmd >/dev/null || quietly env ERL_EPMD_PORT="$1" epmd -kill || true; }

died() { # died NAME LOG
  show_end "$2"
  fail "$1 ended while starting: why is above, the whole log is $2."
}

# The exception that ended a process, without its stack; else the last lines.
show_end() {
  { grep -m 1 -A 1 'Unhandled exception' "$1" || tail -n 10 "$1"; } 2>/dev/null | cut -c 1-400 >&2 || true
}

# ---- .NET ----

need_dotnet() {
  local dotnet
  for dotnet in dotnet "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    if command -v "$dotnet" >/dev/null && "$dotnet" --list-sdks 2>/dev/null | grep -q '^10\.'; then
      [ "$dotnet" = dotnet ] || export PATH="${dotnet%/*}:$PATH"
      return
    fi
  done
  fail "the .NET SDK 10 is missing: install it (package dotnet-sdk-10.0, https://dot.net/download) and try again."
}

# Builds in the Release configuration and restores exactly what the lock files name. Leaves no build server behind.
build() { # build PROJECT LOG
  mkdir -p "$(dirname "$2")"
  # One compiler for all projects halves the time; it is ours alone and ends with the build.
  local built=0 compiler=jingdezhen-build-$$
  CI=true MSBUILDDISABLENODEREUSE=1 dotnet build "$1" -c Release -p:UseSharedCompilation=true \
    -p:SharedCompilationId=$compiler -p:UseRazorBuildServer=false -v quiet -nologo -clp:ErrorsOnly >"$2" 2>&1 || built=$?
  pkill -f -- "-pipename:$compiler" 2>/dev/null || true
  rm -f "${TMPDIR:-/tmp}/$compiler"
  if [ "$built" != 0 ]; then
    grep -E 'error( [A-Z]+[0-9]+)? ?:' "$2" | sort -u | head -n 10 >&2 || tail -n 10 "$2" >&2
    fail "the build failed: its first errors are above, the whole output is in ${2#"$root"/}."
  fi
}

# The assemblies that a service loads, each with the place of its copy compiled ahead of time. Tools that only the build
# needs are left out; a name, a size and a time tell one assembly from another.
assemblies_of() { # assemblies_of NAME
  find "$root/artifacts/bin/$1/release" -maxdepth 1 -name '*.dll' \
    ! -name 'Microsoft.CodeAnalysis*' ! -name 'Microsoft.Build*' ! -name 'Microsoft.VisualStudio*' ! -name '*.Design.dll' \
    ! -name 'Humanizer.dll' ! -name 'Mono.TextTemplating.dll' ! -name 'System.CodeDom.dll' \
    -printf "%p $root/artifacts/ready-to-run/%f-%s-%T@/%f\n"
}

# Tells one build of a service from another.
files_of() { find "$root/artifacts/bin/$1/release" -type f -printf '%P %s %T@\n' | sort; } # files_of NAME

# A service as it is run: a copy of what was built, and over it what was compiled ahead of time.
lay_out() { # lay_out NAME FOLDER
  local compiled ahead=()
  rm -rf "$2"
  mkdir -p "$(dirname "$2")"
  cp -a "$root/artifacts/bin/$1/release" "$2"
  while read -r _ compiled; do [ ! -e "$compiled" ] || ahead+=("$compiled"); done < <(assemblies_of "$1")
  [ "${#ahead[@]}" = 0 ] || cp -t "$2" "${ahead[@]}"
}

# ---- The platform: what deploy/up starts and the others ask about ----

names=() databases=()
declare -A port_of
while read -r name port database; do
  names+=("$name")
  port_of[$name]=$((port + offset))
  [ "$database" = no ] || databases+=("$name")
done < <(grep -Ev '^ *(#|$)' "$root/deploy/services")

# Below the range from which the system gives ports to outgoing connections: one of those could hold ours.
postgres_port=$((26432 + offset)) broker_port=$((26672 + offset)) management_port=$((26673 + offset))
epmd_port=$((26674 + offset)) distribution_port=$((26675 + offset))
gateway=http://127.0.0.1:${port_of[Gateway]}
broker_user=jingdezhen

# Generated once, kept in one file that only its owner reads. A service that joins later gets its own then.
load_secrets() {
  mkdir -p "$run"
  touch "$run/secrets"
  chmod 600 "$run/secrets"
  # shellcheck source=/dev/null
  . "$run/secrets"
}

keep_secret() { # keep_secret NAME VALUE
  [ -z "${!1:-}" ] || return 0
  printf '%s=%s\n' "$1" "$2" >>"$run/secrets"
  printf -v "$1" '%s' "$2"
}

random_password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
random_key() { head -c 32 /dev/urandom | base64 -w 0; }

make_secrets() {
  load_secrets
  local name
  keep_secret POSTGRES_PASSWORD "$(random_password)"
  keep_secret BROKER_PASSWORD "$(random_password)"
  keep_secret DEMO_PASSWORD "Porcelain-1-$(random_password)"
  # They encrypt what the databases must not show: who loses one loses the data, no other key reads what was written.
  for name in SECRETS_KEY IDENTITY_MASTER_KEY GUESTS_ENCRYPTION_KEY GUESTS_HASH_KEY; do
    keep_secret "$name" "$(random_key)"
  done
  for name in "${databases[@]}"; do
    keep_secret "${name^^}_OWNER_PASSWORD" "$(random_password)"
    keep_secret "${name^^}_APP_PASSWORD" "$(random_password)"
  done
}

# How the platform was started: "docker", "processes", or nothing.
mode() { cat "$run/mode" 2>/dev/null || true; }

compose() {
  local command=(docker-compose) project=jingdezhen
  ! quietly docker compose version || command=(docker compose)
  [ -z "${JDZ_RUN_DIR:-}" ] || project=jingdezhen$(cksum <<<"$run" | cut -d ' ' -f 1)
  GATEWAY_PORT=${port_of[Gateway]} AUTH_ISSUER=$gateway/ DEMO=true \
    "${command[@]}" -p "$project" -f "$root/docker-compose.yml" --env-file "$run/secrets" "$@"
}

have_compose() { quietly docker compose version || command -v docker-compose >/dev/null; }

# The service that is meant, whatever the case it was typed in.
service_named() {
  local name
  for name in "${names[@]}" PostgreSQL RabbitMQ; do
    [ "${name,,}" != "${1,,}" ] || { printf '%s' "$name"; return; }
  done
}

only_one_at_a_time() {
  mkdir -p "$run"
  exec 9>"$run/lock"
  flock -n 9 || fail "another deploy/up or deploy/down is at work in this repository: wait until it is done."
}

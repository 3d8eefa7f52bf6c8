#!/usr/bin/env bash
# Builds everything and runs every test:  ./tests/run.sh
# Runs the tests of some projects only:   ./tests/run.sh Sso.Protocol.Tests Sso.Data.Tests
#
# Installs what the tests need by name (root or sudo without a password), starts a throw-away PostgreSQL unless
# SSO_TEST_POSTGRESQL holds a connection string, and tests SQL Server where SSO_TEST_SQLSERVER holds one or a Docker
# engine answers. The tests of accounts and over HTTP run once on each database: SSO_TEST_PROVIDER tells them on which.
# Those that no database decides (OneDatabase) run on SQLite only. As many projects run side by side as there are processors.
# Each test that failed is named at the end.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only when something ran and nothing failed.
# However it ends, by TERM, INT, HUP or KILL too, nothing of it goes on running and its temporary files are gone.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
exec </dev/null
source tests/leave-nothing.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
export MSBUILDDISABLENODEREUSE=1 MSBUILDTERMINALLOGGER=off
# Most of a run is cold code: counting how often each method runs costs more than it ever gives back, and so does mapping each page of compiled
# code twice. A first generation of 256 MiB (hexadecimal) is collected seldom, and no other thread collects while the tests have all processors.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0 DOTNET_GCgen0size=10000000 DOTNET_gcConcurrent=0

readonly all_projects=(
  Sso.Protocol.Tests # no I/O
  Sso.Data.Tests     # databases
  Sso.Accounts.Tests # what an account can do and undergo
  Sso.Delivery.Tests # fakes of the providers' APIs
  Sso.Server.Tests   # HTTP
  Sso.Browser.Tests  # people in Chromium
  Sso.Interop.Tests  # relying parties of other people in Chromium
)
readonly longest_first=(
  Sso.Server.Tests Sso.Browser.Tests Sso.Interop.Tests Sso.Accounts.Tests Sso.Data.Tests Sso.Delivery.Tests Sso.Protocol.Tests
)
readonly results=artifacts/test-results
readonly configuration=Release # the one that is published: nothing is compiled twice
readonly published=artifacts/server
readonly npm=tests/Sso.Interop.Tests/npm
readonly apache_modules=/usr/lib/apache2/modules python_packages=/usr/lib/python3/dist-packages
# For what hangs: beside other work a run takes several times as long as on a quiet machine, and CI has 90 minutes.
readonly project_time_limit=3600 run_time_limit=4800

projects=("$@")
passed=0 failed=0 skipped=0 broken=0
folder='' watcher=''
notes=()

main() {
  choose_projects
  prepare_folder
  install_what_is_missing
  build
  provide_databases
  rm -rf "$results"
  mkdir -p "$results"
  local job jobs
  mapfile -t jobs < <(list_jobs)
  run_all "${jobs[@]}"
  for job in "${jobs[@]}"; do
    # shellcheck disable=SC2086 # a project and its database
    count $job
  done
}

# A project, or a project and a database. The longest first, so that nothing long is left alone at the end.
list_jobs() {
  local project provider
  for project in "${longest_first[@]}"; do
    selected "$project" || continue
    case $project in
      Sso.Accounts.Tests | Sso.Server.Tests)
        for provider in $(providers); do
          echo "$project $provider"
        done
        ;;
      *) echo "$project" ;;
    esac
  done
}

choose_projects() {
  if ((${#projects[@]} == 0)); then
    projects=("${all_projects[@]}")
  fi
  local project
  for project in "${projects[@]}"; do
    if [[ ! -f tests/$project/$project.csproj ]]; then
      note "There is no test project $project. There are: ${all_projects[*]}"
      give_up
    fi
  done
}

selected() {
  [[ " ${projects[*]} " == *" $1 "* ]]
}

# Everything temporary is below one folder, by whose name the processes of this run are known (leave-nothing.sh).
prepare_folder() {
  # Restores of several runs, and those of whoever calls dotnet beside them, take turns by the locks that lie here: NuGet's own place.
  export NUGET_SCRATCH=${NUGET_SCRATCH:-${TMPDIR:-/tmp}/NuGetScratch$(id -un)}
  folder=$(mktemp -d "${TMPDIR:-/tmp}/sso-run.XXXXXX") || give_up
  # The account of PostgreSQL has a folder in it.
  chmod 711 "$folder"
  setsid tests/leave-nothing.sh $$ "$folder" >/dev/null 2>&1 &
  watcher=$!
  export TMPDIR=$folder
}

# A trap has to wait for a command, but not for this.
run() {
  "$@" &
  wait $!
}

# --- what the tests need -------------------------------------------------------------------------------------------

install_what_is_missing() {
  local missing=()
  command -v oathtool >/dev/null || missing+=(oathtool)
  command -v openssl >/dev/null || missing+=(openssl)
  /sbin/ldconfig -p | grep -q 'libargon2\.so\.1' || missing+=(libargon2-1)
  if [[ -z ${SSO_TEST_POSTGRESQL:-} ]] && needs_database; then
    [[ -n $(find_postgres) ]] || missing+=(postgresql)
  fi
  if selected Sso.Browser.Tests || selected Sso.Interop.Tests; then
    [[ -x /usr/bin/chromium-headless-shell ]] || missing+=(chromium-headless-shell)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
  fi
  if selected Sso.Interop.Tests; then
    # The modules bring the program without the service: nothing is started by their installation.
    [[ -f $apache_modules/mod_auth_openidc.so ]] || missing+=(libapache2-mod-auth-openidc)
    compgen -G "$apache_modules/libphp*.so" >/dev/null || missing+=(libapache2-mod-php)
    local module
    for module in authlib flask requests; do
      [[ -d $python_packages/$module ]] || missing+=("python3-$module")
    done
  fi
  if ((${#missing[@]} > 0)); then
    install_packages "${missing[@]}"
  fi
  if selected Sso.Browser.Tests || selected Sso.Interop.Tests; then
    # The engine without windows takes a third less; where a system has no such package, the whole browser does.
    [[ -x /usr/bin/chromium-headless-shell || -x /usr/bin/chromium ]] || install_packages chromium
    install_npm_packages
  fi
}

needs_database() {
  selected Sso.Data.Tests || selected Sso.Accounts.Tests || selected Sso.Server.Tests || selected Sso.Delivery.Tests
}

install_packages() {
  local as_root=()
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
      note "Not installed, for want of root: $*"
      return
    fi
    as_root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null; then
    note "Not installed, for want of apt-get: $*"
    return
  fi
  say "Installing $*"
  run "${as_root[@]}" apt-get update -qq >/dev/null || say 'apt-get update failed; trying with the lists that are here'
  local package
  for package in "$@"; do
    run "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package" >/dev/null ||
      note "Could not be installed: $package"
  done
}

install_npm_packages() {
  if ! command -v npm >/dev/null; then
    note 'npm packages: not installed, npm is absent'
  elif [[ ! $npm/node_modules/.package-lock.json -nt $npm/package-lock.json ]]; then
    say 'Installing the npm packages of the relying parties'
    run npm --prefix "$npm" ci --no-audit --no-fund --ignore-scripts --loglevel=error || note 'npm packages: npm ci failed'
  fi
}

# --- build ---------------------------------------------------------------------------------------------------------

build() {
  local target targets=(Sso.sln)
  if ((${#projects[@]} < ${#all_projects[@]})); then
    targets=("${projects[@]/#/tests/}")
  fi
  for target in "${targets[@]}"; do
    say "Restoring $target (locked) and building it, warnings and format are errors"
    run dotnet restore "$target" --locked-mode --verbosity quiet || { note "$target could not be restored."; give_up; }
    run dotnet build "$target" --no-restore --configuration "$configuration" -warnaserror --verbosity quiet || { note "$target could not be built."; give_up; }
  done
  [[ ${targets[0]} == Sso.sln ]] || return 0
  [[ $(uname -sm) != 'Linux x86_64' ]] || publish_server
}

# Tests that start and kill the server a hundred times start the program that operators get: compiled ahead, twice as quick.
publish_server() {
  say 'Publishing the server'
  run dotnet publish src/Sso.Server --no-restore --configuration "$configuration" --runtime linux-x64 --no-self-contained --output "$published" \
    --verbosity quiet -p:RunAnalyzers=false || { note 'The server could not be published.'; give_up; }
  export SSO_TEST_SERVER=$PWD/$published/sso.dll
}

# --- databases -----------------------------------------------------------------------------------------------------

provide_databases() {
  if [[ -n ${SSO_TEST_POSTGRESQL:-} ]]; then
    say 'PostgreSQL: the server named by SSO_TEST_POSTGRESQL'
  elif needs_database; then
    start_postgres || note 'PostgreSQL: skipped, no server could be started and SSO_TEST_POSTGRESQL is not set'
  fi
  if [[ -n ${SSO_TEST_SQLSERVER:-} ]]; then
    has_sql_server=1
  elif needs_database; then
    if engine_has_sql_server; then
      has_sql_server=1
      say 'SQL Server: in a container of each test project, by Testcontainers'
    else
      note 'SQL Server: skipped, SSO_TEST_SQLSERVER is not set and no Docker engine has its image'
    fi
  fi
}

# The image is the one of tests/Sso.Testing.Data/SqlServerEngine.cs.
engine_has_sql_server() {
  local image=mcr.microsoft.com/mssql/server:2022-CU14-ubuntu-22.04
  command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1 || return
  docker image inspect "$image" >/dev/null 2>&1 || run timeout 600 docker pull --quiet "$image" >/dev/null 2>&1
}

providers() {
  echo Sqlite
  [[ -z ${SSO_TEST_POSTGRESQL:-} ]] || echo PostgreSql
  [[ -z ${has_sql_server:-} ]] || echo SqlServer
}

find_postgres() {
  find /usr/lib/postgresql -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | sort -V | tail -n 1
}

as_postgres() {
  if ((EUID == 0)); then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

start_postgres() {
  local postgres_bin postgres_folder=$folder/postgres
  postgres_bin=$(find_postgres)
  [[ -n $postgres_bin ]] || return 1
  mkdir --mode=700 "$postgres_folder"
  ((EUID != 0)) || chown postgres "$postgres_folder"
  (cd "$postgres_folder" && as_postgres "$postgres_bin/initdb" --pgdata="$postgres_folder/data" --username=postgres \
    --auth=trust --encoding=UTF8 --locale=C >/dev/null) || return 1

  local port
  for port in $(free_port) $(free_port) $(free_port); do
    # Crash safety is part of what the tests prove: fsync stays on.
    if (cd "$postgres_folder" && as_postgres "$postgres_bin/pg_ctl" start --pgdata="$postgres_folder/data" --wait --silent \
      --log="$postgres_folder/log" \
      --options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='$postgres_folder' -c fsync=on -c max_connections=300"); then
      export SSO_TEST_POSTGRESQL="Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
      say "PostgreSQL: $("$postgres_bin/postgres" --version | cut -d' ' -f3) on port $port, thrown away afterwards"
      return 0
    fi
  done
  tail -n 5 "$postgres_folder/log"
  return 1
}

# Below the range that the system hands out by itself, so that nobody takes the port between this look and the start.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# --- tests ---------------------------------------------------------------------------------------------------------

# Each job has several threads and child processes of its own: more jobs than processors only take turns, and waits grow.
run_all() {
  local job running=()
  for job; do
    while ((${#running[@]} >= $(nproc))); do
      wait -n "${running[@]}"
      mapfile -t running < <(still_running "${running[@]}")
    done
    # shellcheck disable=SC2086 # a project and its database
    execute $job &
    running+=($!)
  done
  ((${#running[@]} == 0)) || wait "${running[@]}"
}

still_running() {
  local process
  for process; do
    ! kill -0 "$process" 2>/dev/null || echo "$process"
  done
}

# Leaves the results in $results/NAME.trx, what it printed in $results/NAME.log, the exit code and the seconds in $results/NAME.end
execute() {
  local project=$1 provider=${2:-Sqlite} name=$1${2:+.$2} started=$SECONDS code=0 limit=$((run_time_limit - SECONDS))
  say "Testing $project${2:+ on $2}"
  local filter=()
  [[ $provider == Sqlite ]] || filter=(--filter 'Databases!=One')
  ((limit < project_time_limit)) || limit=$project_time_limit
  SSO_TEST_PROVIDER=$provider run timeout --kill-after=30 "$((limit > 0 ? limit : 1))" \
    dotnet test "tests/$project/$project.csproj" --no-build --configuration "$configuration" --verbosity quiet "${filter[@]}" \
    --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' --results-directory "$results" >"$results/$name.log" 2>&1 || code=$?
  echo "$code $((SECONDS - started))" >"$results/$name.end"
  # Whole, so that two that end together do not mix; what was skipped is in the log.
  say "Tested $project${2:+ on $2}
$(grep -v -e ' \[SKIP\]$' -e '^  Skipped ' "$results/$name.log")"
}

count() {
  local project=$1${2:+ on $2} name=$1${2:+.$2} code seconds counters total executed ok bad line
  read -r code seconds <"$results/$name.end"
  counters=$(grep -m 1 '<Counters ' "$results/$name.trx" 2>/dev/null)
  total=$(counter total) executed=$(counter executed) ok=$(counter passed)
  bad=$(($(counter failed) + $(counter error) + $(counter timeout) + $(counter aborted)))
  if ((code == 124 || code == 137)); then
    note "$project: stopped after $seconds s"
    bad=$((bad + 1))
  elif ((code != 0 && bad == 0)); then
    note "$project: the test run ended with code $code"
    bad=1
  elif ((executed == 0)); then
    note "$project: no test ran"
    bad=1
  fi
  # The logger counts a skipped test in the total only.
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  note "$project: $ok passed, $bad failed, $((total - executed)) skipped in $seconds s"
  while read -r line; do
    note "  $line"
  done < <(sed -n 's/.*<UnitTestResult .*testName="\([^"]*\)".*outcome="Failed".*/failed: \1/p' "$results/$name.trx" 2>/dev/null)
}

counter() {
  local value
  value=$(sed -n "s/.*[ ]$1=\"\([0-9]*\)\".*/\1/p" <<<"$counters")
  echo "${value:-0}"
}

# --- words ---------------------------------------------------------------------------------------------------------

say() {
  printf '== %s\n' "$*"
}

note() {
  notes+=("$*")
  printf '== %s\n' "$*"
}

give_up() {
  broken=1
  exit 1
}

finish() {
  local code=$?
  trap - EXIT INT TERM HUP
  end_run "$folder"
  [[ -z $watcher ]] || kill -- "-$watcher" 2>/dev/null
  printf '\n'
  if ((${#notes[@]} > 0)); then
    printf '%s\n' "${notes[@]}"
  fi
  printf 'Time: %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  if ((code == 0 && (failed > 0 || passed == 0 || broken != 0))); then
    code=1
  fi
  exit "$code"
}

trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
main

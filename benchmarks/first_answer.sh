#!/usr/bin/env bash
# Seconds from `make chat` in a fresh clone to the first answer over HTTP. Prints one line a milestone.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
port="${PORT:-8099}"
git clone --quiet "$here" "$work/clone"
cd "$work/clone"
start=$(date +%s)
PORT="$port" make --silent chat >"$work/log" 2>&1 &
pid=$!
until curl --silent --fail "http://127.0.0.1:$port/readyz" >/dev/null 2>&1; do
  kill -0 "$pid" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 1
done
echo "ready after $(($(date +%s) - start)) s"
curl --silent --fail "http://127.0.0.1:$port/v1/ask" --header 'content-type: application/json' \
  --data '{"question": "what happens in a 30-minute therapy session"}' | head -c 160
echo
echo "first answer after $(($(date +%s) - start)) s"
pkill --parent "$pid" || true
kill "$pid" 2>/dev/null || true
rm -rf "$work"

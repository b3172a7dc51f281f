#!/usr/bin/env bash
# Makes testdata/search: swap files as Vim leaves them when it is killed, of a
# text with a key that reaches over several of its blocks. Needs openssl, vim.
set -euo pipefail
cd "$(dirname "$0")/search"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl genrsa 4096 >"$work/key" 2>/dev/null
openssl pkey -in "$work/key" -pubout -out swap.pub
{ seq -f '# line %g' 1 200; cat "$work/key"; seq -f '# line %g' 200 300; } >"$work/text"
vim -u NONE -i NONE -es -X -c "set swapfile directory=$work" -c "edit $work/text" -c 'normal! Go# the last line' \
  -c preserve -c "silent !cp $work/text.swp swap.swp" -c 'qa!' </dev/null || true
[ -s swap.swp ]

#!/bin/sh
# tests/lab/table, row by row: what mtasts-check | mstls-probe say of each
# domain is what the table states.
. tests/cli/lib.sh

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
needs nsd unbound postfix nginx dovecot gnutls-serv
scripts/lab table >"$T/table" || exit 1
scripts/lab run tests/lab/walk <"$T/table"

#!/bin/sh
# Mail::DKIM and our tools, both ways, ARC too.
. "$(dirname "$0")/lib.sh"
. "$HERE/both-ways.sh"

lab
dkim_both_ways maildkim
arc_both_ways maildkim
done_testing

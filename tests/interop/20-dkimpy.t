#!/bin/sh
# dkimpy and our tools, both ways, ARC too.
. "$(dirname "$0")/lib.sh"
. "$HERE/both-ways.sh"

lab
dkim_both_ways dkimpy
arc_both_ways dkimpy
done_testing

#!/bin/sh
# mailauth and our tools, both ways, ARC too.
. "$(dirname "$0")/lib.sh"
. "$HERE/both-ways.sh"

lab
dkim_both_ways mailauth
arc_both_ways mailauth
done_testing

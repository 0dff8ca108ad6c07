#!/bin/sh
# opendkim (libopendkim) and our tools, both ways. It has no ARC.
. "$(dirname "$0")/lib.sh"
. "$HERE/both-ways.sh"

lab
dkim_both_ways opendkim
done_testing

# For the tests of ratchet-chat: people with a state each, in a home of their
# own. Read after lib.sh.
needs jq

export HOME="$T/home"
unset XDG_STATE_HOME XDG_DATA_HOME
mkdir "$HOME"
chat=$BIN/ratchet-chat
quiet=

# as WHO VERB...: with that person's state; quiet=-q keeps its speech away
as() {
	who=$1
	shift
	"$chat" "$@" $quiet --state="$T/$who"
}

#!/bin/sh
# The pages of posture-report in Chromium: axe-core finds nothing wrong, by
# day, by night and at a phone's width, and their script sorts and filters.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 1
AXE=$HERE/node-pages/node_modules/axe-core/axe.min.js
command -v chromium >/dev/null || { echo '1..0 # SKIP no chromium'; exit 0; }
[ -e "$AXE" ] || { echo '1..0 # SKIP no axe-core'; exit 0; }
show() {
	"$BIN/posture-report" "$@"
}
records() {
	python3 -B "$ROOT/tests/cli/posture-records" "$@"
}
# says NAME WANT PAGE SCRIPT OPTION...
says() {
	name=$1
	want=$2
	shift 2
	python3 -B "$HERE/peer/in-browser" "$@" >said 2>&1
	printf '%s\n' "$want" >want
	same want said "$name"
}

records hosts >hosts
gzip -dc "$ROOT/tests/vectors/posture/lab.ndjson.gz" |
    show --html >lab.html
records many 1200 >many
records policies 3 2025 >2025
records hostile | show --html >hostile.html
show --html --run=2025=2025 <hosts >page.html
sed 's/"verdict"/"assumed": {"zone": "z"}, "verdict"/' many |
    show --html-dir=dir

# --- as it is, the page's policy in force
python3 -B "$HERE/peer/in-browser" page.html - >dom
holds 'its own script runs' grep -q '<form id="filter" role' dom
python3 -B "$HERE/peer/in-browser" hostile.html - >dom
holds 'and no other' grep -q '&lt;script&gt;alert(1)&lt;/script&gt;' dom

# --- what axe-core says
{
	cat "$AXE"
	echo ';axe.run(document, {resultTypes: ["violations"]}).then(
	    function (r) { done(r.violations.map(function (v) {
	    return [v.id, v.nodes[0].html]; })); });'
} >axe.js
for page in lab.html page.html hostile.html dir/index.html \
    dir/domains-00003.html; do
	says "$page: by day" '[]' $page axe.js
	says "$page: by night" '[]' $page axe.js \
	    --blink-settings=preferredColorScheme=0
	says "$page: on a phone" '[]' $page axe.js --window-size=400,800
done
sed 's/<main id="main">/<img src="x">&/' page.html >wrong.html
python3 -B "$HERE/peer/in-browser" wrong.html axe.js >said
holds 'it does find what is wrong' grep -q image-alt said

# --- the script
cat >script.js <<'END'
var grid = document.getElementById('grid'), heads = grid.tHead.rows[0].cells;
function column(i) {
	return Array.prototype.filter.call(grid.tBodies[0].rows,
	    function (r) { return !r.hidden; }).map(
	    function (r) { return r.cells[i].textContent; });
}
function sort(i) {
	heads[i].querySelector('button').click();
	return [heads[i].getAttribute('aria-sort'), column(0)];
}
function filter(text, verdict) {
	document.getElementById('q').value = text;
	document.getElementById('v').value = verdict;
	document.getElementById('filter').dispatchEvent(new Event('input'));
	return [column(0), document.getElementById('shown').textContent,
	    document.querySelectorAll('article:not([hidden])').length];
}
done([sort(0), sort(0), sort(1), filter('half', ''), filter('', 'unknown'),
    filter('MEND', 'warn'), filter('nowhere', '')]);
END
python3 -B "$HERE/peer/in-browser" page.html script.js >said
# value PATH WANT NAME
value() {
	jq -c "$1" said >got
	printf '%s\n' "$2" >want
	same want got "$3"
}
value '.[0]' '["ascending",["clear.example","good.example","half.example","null.example","self.example","unknown.example"]]' \
    'sorted by name'
value '.[1]' '["descending",["unknown.example","self.example","null.example","half.example","good.example","clear.example"]]' \
    'and the other way round'
value '.[2][1][0:2] | sort' '["clear.example","half.example"]' \
    'by verdict: failures first'
value '.[2][1][5]' '"null.example"' 'nothing to judge last'
value '.[3]' '[["half.example"],"1 of 6 shown",1]' 'filtered by name'
value '.[4]' '[["unknown.example"],"1 of 6 shown",1]' 'by verdict'
value '.[5]' '[["self.example"],"1 of 6 shown",1]' \
    'by a text among its findings'
value '.[6]' '[[],"0 of 6 shown",0]' 'by one that is nowhere'
done_testing

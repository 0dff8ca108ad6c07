# For the tests of the report tools. Read after lib.sh.
needs jq gzip python3

# got PATH WANT NAME: what the records say, one value a row
got() {
	got=$(jq -rc "$1" "$T/out" 2>&1 | tr '\n' ' ')
	[ "${got% }" = "$2" ] || echo "# $1 is ${got% }, not $2"
	[ "${got% }" = "$2" ]
	report $? "$3"
}

# zip_of FILE NAME: a zip with the file under that name
zip_of() {
	python3 - "$1" "$2" <<-'END'
	import sys, zipfile
	with zipfile.ZipFile(sys.stdout.buffer, "w",
	    zipfile.ZIP_DEFLATED) as z:
	    z.write(sys.argv[1], sys.argv[2])
	END
}

# named FILE PARAMETERS DISPOSITION: a mail that carries it, named so
named() {
	printf 'From: a@b.example\nContent-Type: application/octet-stream%s\n' \
	    "${2:+; $2}"
	printf 'Content-Disposition: attachment%s\n' "${3:+; $3}"
	printf 'Content-Transfer-Encoding: base64\n\n'
	base64 "$1"
}

# each_name ENDING FILE TOOL: it is found under every name that says so
each_name() {
	for param in "*0=x; NAME*1=$1" "*0*=utf-8'en'x; NAME*1*=%2e${1#.}" \
	    "*=utf-8''x%21y$1" "=\"=?utf-8?Q?x!y$1?=\"" \
	    "=\"=?utf-8?B?$(printf 'x%s' "$1" | base64)?=\"" "=x$1"; do
		name=name$(echo "$param" | sed 's/NAME/name/')
		named "$2" "$name" '' >"$T/named.eml"
		run "$3" read "$T/named.eml"
		status 0 "name$param"
		named "$2" "$name" 'filename=x' >"$T/named.eml"
		run "$3" read "$T/named.eml"
		status 0 "name$param, and a file name that says nothing"
		named "$2" name=x "$(echo "$name" |
		    sed 's/name\([*=]\)/filename\1/g')" >"$T/named.eml"
		run "$3" read "$T/named.eml"
		status 0 "filename$param"
	done
}

# mail_of TYPE NAME FILE: a report mail with FILE attached in base64
mail_of() {
	cat <<-END
	From: reports@sender.example
	To: tlsrpt@example.org
	Subject: Report Domain: example.org Submitter: sender.example
	MIME-Version: 1.0
	Content-Type: multipart/report; report-type="tlsrpt"; boundary="b 1"

	This is a mail in parts.
	--b 1
	Content-Type: text/plain

	A report is attached.
	--b 1
	Content-Type: $1
	Content-Transfer-Encoding: base64
	Content-Disposition: attachment; filename="$2"

	$(base64 "$3")
	--b 1--
	END
}

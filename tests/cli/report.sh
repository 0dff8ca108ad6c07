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
	cat <<-END
	From: a@b.example
	Content-Type: application/octet-stream$2
	Content-Disposition: attachment$3
	Content-Transfer-Encoding: base64

	END
	base64 "$1"
}

# each_name ENDING FILE TOOL: it is found under every form of a NAME, in
# either field, whatever the other one says
each_name() {
	for form in "NAME*0=x; NAME*1=$1" "NAME*0*=utf-8'en'x; NAME*1*=%2e${1#.}" \
	    "NAME*=utf-8''x%21y$1" "NAME=\"=?utf-8?Q?x!y$1?=\"" \
	    "NAME=\"=?utf-8?B?$(printf 'x%s' "$1" | base64)?=\"" "NAME=x$1"; do
		type="; $(echo "$form" | sed 's/NAME/name/g')"
		disposition="; $(echo "$form" | sed 's/NAME/filename/g')"
		for fields in "$type|" "$type|; filename=x" \
		    "; name=x|$disposition"; do
			named "$2" "${fields%|*}" "${fields#*|}" >"$T/named.eml"
			run "$3" read "$T/named.eml"
			status 0 "attached as $fields"
		done
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

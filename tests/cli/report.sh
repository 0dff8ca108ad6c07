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

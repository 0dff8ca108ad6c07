#!/bin/sh
# dmarc-verify: the boundary hop, as the mail servers of the world write it.
. tests/cli/lib.sh
needs jq
make_keys
message >"$T/m"

# hop NAME WANT: the Received fields on stdin give "ip helo source"
hop() {
	name=$1
	want=$2
	shift 2
	{ cat; cat "$T/m"; } >"$T/in"
	verify "$@" "$T/in"
	member '.envelope | "\(.ip) \(.helo) \(.ip_source)"' "$want" "$name"
}
none='null null null'

hop Postfix '192.0.2.7 mx.example.org received' <<'END'
Received: from mx.example.org (unknown [192.0.2.7])
	(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
	 key-exchange X25519 server-signature RSA-PSS (2048 bits))
	(No client certificate requested)
	by mx.example.net (Postfix) with ESMTPS id 4T1
	for <bert@example.net>; Sun,  1 Mar 2026 12:00:00 +0000 (UTC)
END
member .envelope.received_at 2026-03-01T12:00:00Z 'and the date'
hop 'Postfix, IPv6' '2001:db8::7 mx.example.org received' <<'END'
Received: from mx.example.org (mx.example.org [IPv6:2001:db8::7])
	by mx.example.net (Postfix) with ESMTP id 4T1;
	Sun,  1 Mar 2026 12:00:00 +0000
END
hop Exim '192.0.2.7 mx.example.org received' <<'END'
Received: from [192.0.2.7] (helo=mx.example.org)
	by mx.example.net with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384
	(Exim 4.96)
	(envelope-from <anna@example.org>)
	id 1rabc-0000-00
	for bert@example.net;
	Sun, 01 Mar 2026 12:00:00 +0000
END
hop 'Exim with a host name' '192.0.2.7 ehlo.example.org received' <<'END'
Received: from mx.example.org ([192.0.2.7] helo=ehlo.example.org)
	by mx.example.net with esmtp (Exim 4.96) id 1rabc-0000-00;
	Sun, 01 Mar 2026 12:00:00 +0000
END
hop 'Exim with a port' '192.0.2.7 mx.example.org received' <<'END'
Received: from mx.example.org ([192.0.2.7]:41234)
	by mx.example.net with esmtp (Exim 4.96) id 1rabc-0000-00;
	Sun, 01 Mar 2026 12:00:00 +0000
END
hop Gmail '192.0.2.7 mx.example.org received' <<'END'
Received: from mx.example.org (mx.example.org. [192.0.2.7])
        by mx.google.com with ESMTPS id a1-2002.2026.03.01.12.00.00
        for <bert@example.net>
        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);
        Sun, 01 Mar 2026 04:00:00 -0800 (PST)
END
member .envelope.received_at 2026-03-01T12:00:00Z 'and the date in UTC'
hop 'Gmail, above its own hop' '192.0.2.7 mx.example.org received' \
    --trusted-hops 2002:a05::/32 <<'END'
Received: from mail.local (mail.local [2002:a05:6402:1d81:b0:55f:abcd:ef01])
        by mx2.google.com with SMTP; Sun, 01 Mar 2026 04:00:01 -0800 (PST)
Received: from mx.example.org (mx.example.org. [192.0.2.7])
        by mx.google.com with ESMTPS; Sun, 01 Mar 2026 04:00:00 -0800 (PST)
END
hop Microsoft '192.0.2.7 mx.example.org received' <<'END'
Received: from mx.example.org (192.0.2.7) by
 AM1PEPF.mail.protection.outlook.com (10.167.241.1) with Microsoft SMTP
 Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.1.1 via
 Frontend Transport; Sun, 1 Mar 2026 12:00:00 +0000
END
hop 'Microsoft, with hops of its own' '192.0.2.7 mx.example.org received' \
    --trusted-hops 2603:10a6::/32 <<'END'
Received: from AM1.eurprd01.prod.outlook.com (2603:10a6:208::1)
 by AM2.eurprd01.prod.outlook.com with HTTPS; Sun, 1 Mar 2026 12:00:02 +0000
Received: from mx.example.org (192.0.2.7) by
 AM1PEPF.mail.protection.outlook.com (10.167.241.1) with Microsoft SMTP
 Server id 15.20.1.1; Sun, 1 Mar 2026 12:00:00 +0000
END
hop qmail '192.0.2.7 ehlo.example.org received' <<'END'
Received: from unknown (HELO ehlo.example.org) (192.0.2.7)
  by mx.example.net with SMTP; 1 Mar 2026 12:00:00 -0000
END
hop 'qmail with an ident' '192.0.2.7 mx.example.org received' <<'END'
Received: from mx.example.org (ident@192.0.2.7)
  by mx.example.net with SMTP; 1 Mar 2026 12:00:00 -0000
END
hop sendmail '192.0.2.7 ehlo.example.org received' <<'END'
Received: from ehlo.example.org (mx.example.org [192.0.2.7])
	by mx.example.net (8.17.1/8.17.1) with ESMTP id 421C00
	for <bert@example.net>; Sun, 1 Mar 2026 12:00:00 GMT
END
hop 'sendmail, may be forged' '192.0.2.7 ehlo.example.org received' <<'END'
Received: from ehlo.example.org (mx.example.org [192.0.2.7] (may be forged))
	by mx.example.net (8.17.1/8.17.1) with ESMTP id 421C00;
	Sun, 1 Mar 2026 12:00:00 GMT
END
hop 'an address literal as HELO' '192.0.2.7 [192.0.2.7] received' <<'END'
Received: from [192.0.2.7] by mx.example.net with SMTP;
	Sun, 1 Mar 2026 12:00:00 +0000
END
hop 'the comment beats the literal that the client chose' \
    '192.0.2.7 [198.51.100.9] received' <<'END'
Received: from [198.51.100.9] (unknown [192.0.2.7])
	by mx.example.net (Postfix) with SMTP id x;
	Sun, 1 Mar 2026 12:00:00 +0000
END

# --- what is passed over
for net in 127.0.0.1 10.1.2.3 172.16.9.9 192.168.1.1 169.254.1.1 ::1 fe80::1 \
    fd00::5; do
	case $net in *:*) lit=IPv6:$net ;; *) lit=$net ;; esac
	hop "$net is passed over" '192.0.2.7 mx.example.org received' <<-END
	Received: from relay (relay [$lit]) by a.example.net; 1 Mar 2026 12:00:05 +0000
	Received: from mx.example.org (mx [192.0.2.7]) by b.example.net; 1 Mar 2026 12:00:00 +0000
	END
done
member .envelope.received_at 2026-03-01T12:00:00Z "the date is the boundary's"
hop '--trusted-hops' '192.0.2.7 mx.example.org received' \
    --trusted-hops 198.51.100.0/24,2001:db8:1::/48 <<'END'
Received: from r1 (r1 [198.51.100.4]) by a.example.net; 1 Mar 2026 12:00:05 +0000
Received: from r2 (r2 [IPv6:2001:db8:1::9]) by a.example.net; 1 Mar 2026 12:00:04 +0000
Received: from mx.example.org (mx [192.0.2.7]) by b.example.net; 1 Mar 2026 12:00:00 +0000
END
hop 'without them the topmost public client is taken' \
    '198.51.100.4 r1 received' <<'END'
Received: from r1 (r1 [198.51.100.4]) by a.example.net; 1 Mar 2026 12:00:05 +0000
Received: from mx.example.org (mx [192.0.2.7]) by b.example.net; 1 Mar 2026 12:00:00 +0000
END
hop 'only private hops' "$none" <<'END'
Received: from r1 (r1 [10.0.0.4]) by a.example.net; 1 Mar 2026 12:00:05 +0000
END
member .spf.result none 'SPF is none then'

# --- never a guess
hop 'a hop without address ends the search' "$none" <<'END'
Received: by a.example.net (Postfix, from userid 1000) id x;
	Sun, 1 Mar 2026 12:00:05 +0000
Received: from mx.example.org (mx [192.0.2.7]) by b.example.net;
	Sun, 1 Mar 2026 12:00:00 +0000
END
found received.ambiguous 'as received.ambiguous'
member .spf.result none 'SPF is none'
hop 'several addresses' "$none" <<'END'
Received: from x (a [192.0.2.7]) (b [192.0.2.8]) by a.example.net;
	Sun, 1 Mar 2026 12:00:05 +0000
END
found received.ambiguous 'are ambiguous'
hop 'an address in the HELO name is not one' "$none" <<'END'
Received: from 192.0.2.7.example.org by a.example.net;
	Sun, 1 Mar 2026 12:00:05 +0000
END
hop 'an address behind "by" or "for" is not the client' "$none" <<'END'
Received: from x by a.example.net ([192.0.2.7]) for [192.0.2.8];
	Sun, 1 Mar 2026 12:00:05 +0000
END
hop 'a comment that does not end' "$none" <<'END'
Received: from x (x [192.0.2.7] by a.example.net; 1 Mar 2026 12:00:05 +0000
END
hop 'no Received at all' "$none" </dev/null
found received.absent 'is told'

# --- the client's own words are not the server's
hop 'an address in a HELO name with blanks' '192.0.2.7 y received' <<'END'
Received: from x (HELO y [203.0.113.5]) (192.0.2.7) by a.example.net;
	Sun, 1 Mar 2026 12:00:05 +0000
END
hop 'nor one behind helo=' '192.0.2.7 y received' <<'END'
Received: from [192.0.2.7] (helo=y [203.0.113.5]) by a.example.net;
	Sun, 1 Mar 2026 12:00:05 +0000
END
hop 'a HELO name that closes its comment' "$none" <<'END'
Received: from [192.0.2.7] (helo=y) (x [203.0.113.5]) by a.example.net;
	Sun, 1 Mar 2026 12:00:05 +0000
END
hop 'an address in ident=' '192.0.2.7 y received' <<'END'
Received: from [192.0.2.7] (ident=a@203.0.113.5 helo=y) by a.example.net;
	Sun, 1 Mar 2026 12:00:05 +0000
END
hop 'an address literal in the sender' '192.0.2.7 y received' <<'END'
Received: from [192.0.2.7] (HELO y) (envelope-sender <a@[203.0.113.5]>)
	by a.example.net (qmail-ldap-1.03); Sun, 1 Mar 2026 12:00:05 +0000
END
hop 'and in the sender alone' "$none" <<'END'
Received: from x (<a@[203.0.113.5]>) by a.example.net;
	Sun, 1 Mar 2026 12:00:05 +0000
END

# --- --trusted-by
by() {
	hop "$1" "$2" --trusted-by example.net <<-END
	Received: from mx.example.org (mx [192.0.2.7]) by $3; 1 Mar 2026 12:00:05 +0000
	Received: from deep.example (d [192.0.2.99]) by mx.example.org; 1 Mar 2026 12:00:00 +0000
	END
}
by '--trusted-by: by our host' '192.0.2.7 mx.example.org received' \
    mx.example.net
found_not received.not-ours 'is no finding'
by '--trusted-by: the topmost one left is taken all the same' \
    '192.0.2.7 mx.example.org received' mx.other.example
found received.not-ours 'but told'

# --- options, and the envelope sender
hop '--ip and --helo go first' '203.0.113.5 h.example option' \
    --ip 203.0.113.5 --helo h.example <<'END'
Received: from mx.example.org (mx [192.0.2.7]) by b.example.net;
	Sun, 1 Mar 2026 12:00:00 +0000
END
hop 'Return-Path above the first Received counts' \
    '192.0.2.7 mx.example.org received' <<'END'
Return-Path: <anna@example.org>
Received: from mx.example.org (mx [192.0.2.7]) by b.example.net;
	Sun, 1 Mar 2026 12:00:00 +0000
END
member '.envelope | "\(.mail_from) \(.mail_from_source)"' \
    'anna@example.org return-path' 'and is told'
member '.spf | "\(.result) \(.scope) \(.domain)"' 'pass mfrom example.org' \
    'and SPF judges it'
member .dmarc.result pass 'and DMARC passes by it'
hop 'one below it does not' '192.0.2.7 mx.example.org received' <<'END'
Received: from mx.example.org (mx [192.0.2.7]) by b.example.net;
	Sun, 1 Mar 2026 12:00:00 +0000
Return-Path: <anna@example.org>
END
member .envelope.mail_from null 'it came with the message'
member .dmarc.result fail 'and proves nothing'
hop '--mail-from goes before Return-Path' '192.0.2.7 x received' \
    --mail-from eve@other.example <<'END'
Return-Path: <anna@example.org>
Received: from x (mx [192.0.2.7]) by b.example.net; 1 Mar 2026 12:00:00 +0000
END
member .envelope.mail_from eve@other.example 'and is told'
hop 'the null sender' '192.0.2.7 example.org received' <<'END'
Return-Path: <>
Received: from example.org (mx [192.0.2.7]) by b.example.net; 1 Mar 2026 12:00:00 +0000
END
member '.spf | "\(.result) \(.scope)"' 'pass helo' '2.4: is judged by HELO'
member .dmarc.result pass 'which DMARC counts for it'
hop 'a HELO pass is no MAIL FROM pass' '192.0.2.7 example.org received' \
    --mail-from eve@other.example <<'END'
Received: from example.org (mx [192.0.2.7]) by b.example.net; 1 Mar 2026 12:00:00 +0000
END
member .spf_helo.result pass 'HELO passes'
member .dmarc.result fail 'CVE-2019-20790: DMARC does not count it'
hop 'an unknown sender is not the null sender' \
    '192.0.2.7 example.org received' <<'END'
Received: from example.org (mx [192.0.2.7]) by b.example.net; 1 Mar 2026 12:00:00 +0000
END
member .spf.result none 'SPF is none'
member .dmarc.result fail 'HELO alone does not make DMARC pass'
verify --ip 300.1.1.1 "$T/m"
status 64 '--ip takes addresses'
verify --trusted-hops 10.0.0.0/33 "$T/m"
status 64 '--trusted-hops takes networks'

# --- --at received
sign -x 86400 <"$T/m" >"$T/signed"
{ echo 'Received: from mx.example.org (mx [192.0.2.7]) by b.example.net;'
    echo '	Sun, 1 Mar 2026 12:00:00 +0000'; cat "$T/signed"; } >"$T/in"
verify --now 2030-01-01T00:00:00Z "$T/in"
member '.dkim[].result' 'permerror permerror' 'years later x= is past'
verify --now 2030-01-01T00:00:00Z --at received "$T/in"
member '.dkim[].result' 'pass pass' '--at received judges as of the receipt'
verify --now 2030-01-01T00:00:00Z --at received "$T/signed"
member '.dkim[].result' 'permerror permerror' \
    'where the receipt is unknown, as of now'

done_testing

#!/usr/bin/perl
# maildkim.pl verify N FILE | sign N DOMAIN,SELECTOR,ALGORITHM,KEY FILE
# Mail::DKIM, N times in one process; the signed message on stdout for N = 1.
use strict;
use warnings;

use Mail::DKIM::Verifier;
use Mail::DKIM::Signer;

sub message {
	open my $fh, '<:raw', $_[0] or die "$_[0]: $!\n";
	local $/;
	return <$fh>;
}

my ($verb, $n, @rest) = @ARGV;
my $text = message(pop @rest);

if ($verb eq 'verify') {
	for (1 .. $n) {
		my $dkim = Mail::DKIM::Verifier->new;
		$dkim->PRINT($text);
		$dkim->CLOSE;
		die $dkim->result_detail . "\n" if $dkim->result ne 'pass';
	}
} else {
	my ($domain, $selector, $algorithm, $file) = split /,/, $rest[0];
	my $key = Mail::DKIM::PrivateKey->load(File => $file);

	for (1 .. $n) {
		my $dkim = Mail::DKIM::Signer->new(Algorithm => $algorithm,
		    Method => 'relaxed/relaxed', Domain => $domain,
		    Selector => $selector, Key => $key);
		$dkim->PRINT($text);
		$dkim->CLOSE;
		my $field = $dkim->signature->as_string;
		print $field, "\r\n", $text if $n == 1;
	}
}

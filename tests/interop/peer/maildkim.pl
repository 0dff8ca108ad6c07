#!/usr/bin/perl
# Mail::DKIM as a peer: see tests/interop/README for the verbs and job lines.
use strict;
use warnings;

use Mail::DKIM 1.0;
use Mail::DKIM::Verifier;
use Mail::DKIM::Signer;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::ARC::Signer;

my %keys;

{
	package TxtRecord;
	sub new { my ($class, $text) = @_; return bless \$text, $class; }
	sub type { return 'TXT'; }
	sub txtdata { return ${ $_[0] }; }
	sub char_str_list { return ${ $_[0] }; }
}

sub offline_query {
	my ($name, $type) = @_;
	my $text = $keys{lc $name};

	$@ = 'NXDOMAIN';
	return defined $text ? (TxtRecord->new($text)) : ();
}

sub slurp {
	my ($path) = @_;
	open my $fh, '<:raw', $path or die "$path: $!\n";
	local $/;
	my $octets = <$fh>;
	return defined $octets ? $octets : '';
}

sub spew {
	my ($path, $octets) = @_;
	open my $fh, '>:raw', $path or die "$path: $!\n";
	print {$fh} $octets;
	close $fh or die "$path: $!\n";
	return;
}

sub feed {
	my ($dkim, $octets) = @_;
	$dkim->PRINT($octets);
	$dkim->CLOSE;
	return $dkim;
}

# Mail::DKIM knows Ed25519 only since 1.20240000.
sub can_ed25519 {
	return eval { require Mail::DKIM::Algorithm::ed25519_sha256; 1 };
}

sub verify {
	my ($path) = @_;
	my $dkim = feed(Mail::DKIM::Verifier->new, slurp($path));

	for my $sig ($dkim->signatures) {
		my $alg = $sig->algorithm;
		my $result = $sig->result;
		$result = 'unsupported'
		    if $alg =~ /ed25519/ && !can_ed25519();
		print join(' ', $path, $sig->domain, $sig->selector, $alg,
		    $result eq 'pass' ? 'pass' : $result eq 'unsupported'
		    ? $result : 'fail'), "\n";
	}
	return;
}

sub sign {
	my ($out, $source, $canon, $headers, @keys) = @_;
	my $message = slurp($source);
	my $signed = $message;

	for my $key (@keys) {
		my ($domain, $selector, $alg, $file) = split /,/, $key;
		my %ed;

		if ($alg eq 'ed25519-sha256') {
			next if !can_ed25519();
			%ed = (Key => Mail::DKIM::PrivateKey->load(
			    File => $file, Type => 'ed25519'));
		} else {
			%ed = (KeyFile => $file);
		}
		my $dkim = Mail::DKIM::Signer->new(Algorithm => $alg,
		    Method => $canon, Domain => $domain,
		    Selector => $selector, %ed,
		    $headers eq '-' ? () : (Headers => $headers));
		feed($dkim, $message);
		$signed = $dkim->signature->as_string . "\r\n" . $signed;
	}
	spew($out, $signed);
	return;
}

sub arcverify {
	my ($path) = @_;
	my $arc = feed(Mail::DKIM::ARC::Verifier->new(Strict => 1),
	    slurp($path));
	my $result = $arc->result;

	print "$path ", $result =~ /^(?:pass|none)$/ ? $result : 'fail', "\n";
	return;
}

sub arcseal {
	my ($out, $source, $authserv, $key) = @_;
	my ($domain, $selector, $alg, $file) = split /,/, $key;
	my $message = slurp($source);
	my $chain = feed(Mail::DKIM::ARC::Verifier->new(Strict => 1),
	    $message)->result;
	my $arc = Mail::DKIM::ARC::Signer->new(Algorithm => $alg,
	    Domain => $domain, SrvId => $authserv, Selector => $selector,
	    KeyFile => $file, Chain => $chain);

	feed($arc, $message);
	die "$source: " . $arc->{details} . "\n" if $arc->result ne 'sealed';
	spew($out, join("\r\n", $arc->as_strings) . "\r\n" . $message);
	return;
}

my ($verb, $keyfile, @args) = @ARGV;
{
	no warnings 'redefine';
	*Mail::DKIM::DNS::query = \&offline_query;
}
for my $line (split /\n/, slurp($keyfile)) {
	my ($name, $text) = split / /, $line, 2;
	$keys{lc $name} = $text;
}
my %verbs = (verify => \&verify, arcverify => \&arcverify,
    sign => \&sign, arcseal => \&arcseal);
if ($verb eq 'features') {
	print can_ed25519() ? "rsa ed25519 arc\n" : "rsa arc\n";
} elsif ($verb =~ /verify/) {
	$verbs{$verb}->($_) for @args;
} else {
	$verbs{$verb}->(split) for split /\n/, slurp($args[0]);
}

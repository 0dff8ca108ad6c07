// mailauth.cjs auth|verify N FILE | sign N DOMAIN,SELECTOR,ALGORITHM,KEY FILE
// mailauth, N times in one process, eight in flight as a server has them.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const modules = path.join(__dirname, '..', '..', 'interop', 'node',
	'node_modules', 'mailauth');
const { authenticate } = require(modules);
const { dkimSign } = require(path.join(modules, 'lib', 'dkim', 'sign'));
const { dkimVerify } = require(path.join(modules, 'lib', 'dkim', 'verify'));

const IN_FLIGHT = 8;

async function auth(message) {
	const { dkim, spf, dmarc } = await authenticate(message, {
		ip: '192.0.2.1', helo: 'mail.bench.example',
		sender: 'anna@bench.example', mta: 'mx.example.net',
		disableBimi: true });
	for (const part of [dkim.results[0], spf, dmarc]) {
		if (part.status.result !== 'pass') {
			throw new Error(JSON.stringify(part.status));
		}
	}
}

async function verify(message) {
	const { results } = await dkimVerify(message);
	if (results[0].status.result !== 'pass') {
		throw new Error(JSON.stringify(results[0].status));
	}
}

async function main(verb, n, ...rest) {
	const message = fs.readFileSync(rest[rest.length - 1]);
	const [signingDomain, selector, algorithm, file] = rest[0].split(',');
	const privateKey = verb === 'sign' && fs.readFileSync(file);
	const sign = data => dkimSign(data, { canonicalization: 'relaxed/relaxed',
		signatureData: [{ signingDomain, selector, algorithm, privateKey }] });
	const work = { auth, verify, sign }[verb];
	let left = Number(n);
	const worker = async () => {
		while (left-- > 0) {
			await work(message);
		}
	};
	await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

main(...process.argv.slice(2)).catch(err => {
	console.error(`mailauth: ${err.message}`);
	process.exit(1);
});

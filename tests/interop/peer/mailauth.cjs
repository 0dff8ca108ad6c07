// mailauth as a peer: see tests/interop/README for the verbs and job lines.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const modules = path.join(__dirname, '..', 'node', 'node_modules', 'mailauth');
const { authenticate } = require(modules);
const { dkimSign } = require(path.join(modules, 'lib', 'dkim', 'sign'));
const { dkimVerify } = require(path.join(modules, 'lib', 'dkim', 'verify'));

const keys = new Map();

function loadKeys(file) {
	for (const line of fs.readFileSync(file, 'latin1').split('\n')) {
		const at = line.indexOf(' ');
		if (at > 0) {
			keys.set(line.slice(0, at).toLowerCase(), line.slice(at + 1));
		}
	}
}

async function resolver(name, type) {
	const text = keys.get(name.toLowerCase());
	if (type !== 'TXT' || text === undefined) {
		throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
	}
	return [[text]];
}

async function verify(file) {
	const { results } = await dkimVerify(fs.readFileSync(file), { resolver });
	for (const r of results) {
		if (r.signingDomain) {
			console.log(file, r.signingDomain, r.selector, r.algo,
				r.status.result === 'pass' ? 'pass' : 'fail');
		}
	}
}

async function sign(out, source, canonicalization, headers, ...list) {
	const message = fs.readFileSync(source);
	const signatureData = list.map(item => {
		const [signingDomain, selector, algorithm, file] = item.split(',');
		return { signingDomain, selector, algorithm, canonicalization,
			privateKey: fs.readFileSync(file) };
	});
	const options = { canonicalization, signTime: new Date(), signatureData };
	if (headers !== '-') {
		options.headerList = headers;
	}
	const result = await dkimSign(message, options);
	if (result.errors.length) {
		throw new Error(`${source}: ${result.errors[0].err}`);
	}
	fs.writeFileSync(out, Buffer.concat([Buffer.from(result.signatures), message]));
}

async function arcverify(file) {
	const { arc } = await authenticate(fs.readFileSync(file), { resolver,
		ip: '192.0.2.1', helo: 'mx.example.net', sender: '', strict: true,
		mta: 'mx.example.net', disableBimi: true, disableDmarc: true });
	console.log(file, arc.status.result);
}

async function arcseal(out, source, authserv, item) {
	const [signingDomain, selector, , file] = item.split(',');
	const message = fs.readFileSync(source);
	const { headers, arc } = await authenticate(message, { resolver,
		ip: '192.0.2.1', helo: 'mx.example.net', sender: '', strict: true,
		mta: authserv, disableBimi: true, disableDmarc: true,
		seal: { signingDomain, selector, privateKey: fs.readFileSync(file) } });
	if (!/^ARC-Seal:/im.test(headers)) {
		throw new Error(`${source}: not sealed, the chain is ${arc.status.result}`);
	}
	fs.writeFileSync(out, Buffer.concat([Buffer.from(headers), message]));
}

async function main(verb, keyFile, ...args) {
	const verbs = { verify, sign, arcverify, arcseal };
	loadKeys(keyFile);
	if (verb.endsWith('verify')) {
		for (const file of args) {
			await verbs[verb](file);
		}
		return;
	}
	for (const line of fs.readFileSync(args[0], 'utf8').split('\n')) {
		if (line) {
			await verbs[verb](...line.split(' '));
		}
	}
}

main(...process.argv.slice(2)).catch(err => {
	console.error(`mailauth: ${err.message}`);
	process.exit(1);
});

'use strict';
// OpenPGP.js behind the Stateless OpenPGP command line. Its own SOP command,
// sopenpgpjs of the repository openpgpjs/sop-openpgpjs, cannot be had as the
// other peers are: npm has it under none of the names that it has had
// (sop-openpgpjs, sop-openpgp.js, sop-openpgp-js) nor in a scope of OpenPGP.js,
// Debian has it not, and the address of a repository has no integrity in a
// lock file. Where somebody has installed it, ../openpgp-peers.sh runs it; this
// stands in for it, with its subcommands, options, profiles and statuses, as
// far as the matrix and the benchmark ask them. OPENPGPJS_CUSTOM_PROFILES adds
// profiles as it does there.
const fs = require('fs');
const { parseArgs } = require('util');
const openpgp = require('../node/node_modules/openpgp');

const STATUS = { NO_SIGNATURE: 3, CERT_CANNOT_ENCRYPT: 17, MISSING_ARG: 19,
    CANNOT_DECRYPT: 29, UNSUPPORTED_OPTION: 37, BAD_DATA: 41,
    MISSING_INPUT: 61, UNSUPPORTED_SUBCOMMAND: 69, KEY_CANNOT_SIGN: 79,
    UNSUPPORTED_PROFILE: 89 };

class Failure extends Error {
	constructor(name, why) {
		super(name + ': ' + why);
		this.status = STATUS[name];
	}
}

// What goes wrong in WORK is of the kind NAME.
async function or(name, work) {
	try {
		return await work();
	} catch (e) {
		throw e instanceof Failure ? e : new Failure(name, e.message);
	}
}

const file = name => or('MISSING_INPUT', () => fs.readFileSync(name));
const stdin = () => new Uint8Array(fs.readFileSync(0));
const password = async name => String(await file(name)).trimEnd();

// Armored or not, by READ, one of the library's, and the words for its KIND
function either(read, kind, octets) {
	const binary = octets.length > 0 && (octets[0] & 0x80) !== 0;
	return or('BAD_DATA', () => read(binary ?
	    { ['binary' + kind]: new Uint8Array(octets) } :
	    { ['armored' + kind]: String(octets) }));
}

async function all(names, read, kind) {
	return (await Promise.all(names.map(async name => either(read, kind,
	    await file(name))))).flat();
}
const certs = names => all(names, openpgp.readKeys, 'Keys');
const keys = names => all(names, openpgp.readPrivateKeys, 'Keys');
const readable = octets => either(openpgp.readMessage, 'Message', octets);

const profiles = {
	'generate-key': { default: { options: {} },
	    rfc9580: { options: { type: 'curve25519',
	    config: { v6Keys: true, aeadProtect: true } } } },
	encrypt: { default: { options: {} } },
};

function profile(command, name = 'default') {
	const more = JSON.parse(process.env.OPENPGPJS_CUSTOM_PROFILES || '{}');
	const found = { ...profiles[command], ...more[command] };
	if (!found[name])
		throw new Failure('UNSUPPORTED_PROFILE', name);
	return found[name].options;
}

const hex = key => key.getFingerprint().toUpperCase();

// Section 5.9 of the draft: a line for each signature that is good
async function verifications(signatures, made) {
	let lines = '';
	for (const s of signatures) {
		try {
			await s.verified;
		} catch (e) {
			console.error(e.message);
			continue;
		}
		const { packets: [packet] } = await s.signature;
		const cert = made.find(c => c.getKeys(s.keyID).length > 0);
		lines += [packet.created.toISOString().replace(/\.\d+/, ''),
		    hex(cert.getKeys(s.keyID)[0]), hex(cert), 'mode:' +
		    openpgp.enums.read(openpgp.enums.signature,
		    packet.signatureType)].join(' ') + '\n';
	}
	return lines;
}

async function good(signatures, made) {
	const lines = await verifications(signatures, made);
	if (lines === '')
		throw new Failure('NO_SIGNATURE', 'none that is good');
	return lines;
}

const format = o => o['no-armor'] ? 'binary' : 'armored';

async function inlineVerify(o, names) {
	const octets = fs.readFileSync(0), cleartextMessage = String(octets);
	const clear = cleartextMessage.startsWith('-----BEGIN PGP SIGNED');
	const verificationKeys = await certs(names);
	const message = clear ? await or('BAD_DATA', () =>
	    openpgp.readCleartextMessage({ cleartextMessage })) :
	    await readable(octets);
	const r = await or('BAD_DATA', () => openpgp.verify({ message,
	    verificationKeys, format: clear ? 'utf8' : 'binary' }));
	const lines = await good(r.signatures, verificationKeys);
	if (o['verifications-out'])
		fs.writeFileSync(o['verifications-out'], lines);
	return r.data;
}

async function decrypt(o, names) {
	const verificationKeys = await certs(o['verify-with'] || []);
	const secrets = o['with-password'] ?
	    { passwords: await password(o['with-password']) } :
	    { decryptionKeys: await keys(names) };
	const message = await readable(fs.readFileSync(0));
	const r = await or('CANNOT_DECRYPT', () => openpgp.decrypt({ message,
	    ...secrets, verificationKeys, format: 'binary' }));
	const out = o['verifications-out'] || o['verify-out'];
	if (out)
		fs.writeFileSync(out,
		    await verifications(r.signatures, verificationKeys));
	return r.data;
}

const TEXT = { type: 'string' }, FLAG = { type: 'boolean' };
const MANY = { type: 'string', multiple: true };

// The options of each subcommand, how many arguments it needs, its work
const commands = {
	version: [{}, 0, () => openpgp.config.versionString +
	    ', driven by msgsec\n'],
	'generate-key': [{ profile: TEXT, 'no-armor': FLAG }, 0,
	    async (o, names) => (await openpgp.generateKey({
	    ...profile('generate-key', o.profile), format: format(o),
	    userIDs: names.map(name => ({ email: name })) })).privateKey],
	sign: [{ 'no-armor': FLAG }, 1, async (o, names) => {
		const signingKeys = await keys(names);
		const message = await openpgp.createMessage({
		    binary: stdin() });
		return or('KEY_CANNOT_SIGN', () => openpgp.sign({ message,
		    signingKeys, detached: true, format: format(o) }));
	}],
	verify: [{}, 2, async (o, [name, ...names]) => {
		const verificationKeys = await certs(names);
		const signature = await either(openpgp.readSignature,
		    'Signature', await file(name));
		const message = await openpgp.createMessage({
		    binary: stdin() });
		const r = await or('BAD_DATA', () => openpgp.verify({
		    message, signature, verificationKeys }));
		return good(r.signatures, verificationKeys);
	}],
	'inline-sign': [{ as: TEXT, 'no-armor': FLAG }, 1,
	    async (o, names) => {
		const signingKeys = await keys(names);
		const message = o.as === 'clearsigned' ?
		    await openpgp.createCleartextMessage({
		    text: String(fs.readFileSync(0)) }) :
		    await openpgp.createMessage({ binary: stdin() });
		return or('KEY_CANNOT_SIGN', () => openpgp.sign({ message,
		    signingKeys, format: format(o) }));
	}],
	'inline-verify': [{ 'verifications-out': TEXT }, 1, inlineVerify],
	encrypt: [{ profile: TEXT, 'with-password': TEXT, 'sign-with': MANY,
	    'no-armor': FLAG }, 0, async (o, names) => {
		const encryptionKeys = await certs(names);
		const signingKeys = await keys(o['sign-with'] || []);
		const passwords = o['with-password'] ?
		    await password(o['with-password']) : [];
		const message = await openpgp.createMessage({
		    binary: stdin() });
		return or('CERT_CANNOT_ENCRYPT', () => openpgp.encrypt({
		    ...profile('encrypt', o.profile), message, encryptionKeys,
		    signingKeys, passwords, format: format(o) }));
	}],
	decrypt: [{ 'with-password': TEXT, 'verify-with': MANY,
	    'verifications-out': TEXT, 'verify-out': TEXT }, 0, decrypt],
};

async function main([name, ...argv]) {
	if (!Object.hasOwn(commands, name || ''))
		throw new Failure('UNSUPPORTED_SUBCOMMAND', name);
	const [options, least, work] = commands[name];
	const { values, positionals } = await or('UNSUPPORTED_OPTION', () =>
	    parseArgs({ args: argv, options, allowPositionals: true }));
	const needed = name === 'encrypt' || name === 'decrypt' ?
	    !values['with-password'] && 1 : least;
	if (positionals.length < needed)
		throw new Failure('MISSING_ARG', name);
	fs.writeFileSync(1, await work(values, positionals));
}

main(process.argv.slice(2)).catch(e => {
	console.error(e.message);
	process.exitCode = e.status || 1;
});

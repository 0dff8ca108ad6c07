'use strict';
// OpenPGP.js behind the few verbs that tests/interop/60-openpgp.t asks:
//   generate 4|6            -> armored secret key
//   sign KEY                detached, data on stdin
//   verify SIG CERT         status 0 or 3
//   inline-sign KEY | clear-sign KEY | inline-verify CERT
//   encrypt KEY-OR-'-' CERT... | encrypt-password FILE
//   decrypt KEY CERT-OR-'-' | decrypt-password FILE
const fs = require('fs');
const openpgp = require('../node/node_modules/openpgp');

const file = name => fs.readFileSync(name);
const stdin = () => new Uint8Array(fs.readFileSync(0));
const key = name => openpgp.readPrivateKey({ armoredKey: String(file(name)) });
const cert = name => openpgp.readKey({ armoredKey: String(file(name)) });
const armored = () => openpgp.readMessage({ armoredMessage: String(file(0)) });

async function counted(signatures) {
	for (const s of signatures) {
		try {
			if (await s.verified)
				return true;
		} catch (e) {
			console.error(String(e));
		}
	}
	process.exitCode = 3;
	return false;
}

const verbs = {
	async generate(version) {
		const k = await openpgp.generateKey({
			type: version === '6' ? 'curve25519' : 'ecc',
			userIDs: [{ email: 'js@example.org' }],
			config: { v6Keys: version === '6',
			    aeadProtect: version === '6' },
		});
		return k.privateKey;
	},
	async sign(name) {
		return openpgp.sign({ detached: true,
		    message: await openpgp.createMessage({ binary: stdin() }),
		    signingKeys: await key(name) });
	},
	async verify(sig, name) {
		const r = await openpgp.verify({
			message: await openpgp.createMessage({
			    binary: stdin() }),
			signature: await openpgp.readSignature({
			    armoredSignature: String(file(sig)) }),
			verificationKeys: await cert(name),
		});
		await counted(r.signatures);
		return '';
	},
	async 'inline-sign'(name) {
		return openpgp.sign({
		    message: await openpgp.createMessage({ binary: stdin() }),
		    signingKeys: await key(name) });
	},
	async 'clear-sign'(name) {
		return openpgp.sign({
		    message: await openpgp.createCleartextMessage({
		    text: String(file(0)) }), signingKeys: await key(name) });
	},
	async 'inline-verify'(name) {
		const text = String(file(0));
		const clear = text.startsWith('-----BEGIN PGP SIGNED');
		const message = clear ?
		    await openpgp.readCleartextMessage({
		    cleartextMessage: text }) :
		    await openpgp.readMessage({ armoredMessage: text });
		const r = await openpgp.verify({ message,
		    verificationKeys: await cert(name),
		    format: clear ? 'utf8' : 'binary' });
		return await counted(r.signatures) ? r.data : '';
	},
	async encrypt(signer, ...names) {
		return openpgp.encrypt({
		    message: await openpgp.createMessage({ binary: stdin() }),
		    encryptionKeys: await Promise.all(names.map(cert)),
		    signingKeys: signer === '-' ? [] : await key(signer) });
	},
	async 'encrypt-password'(name) {
		return openpgp.encrypt({
		    message: await openpgp.createMessage({ binary: stdin() }),
		    passwords: String(file(name)) });
	},
	async decrypt(name, signer) {
		const r = await openpgp.decrypt({ message: await armored(),
		    decryptionKeys: await key(name), format: 'binary',
		    verificationKeys: signer === '-' ? [] :
		    await cert(signer) });
		return signer === '-' || await counted(r.signatures) ?
		    r.data : '';
	},
	async 'decrypt-password'(name) {
		const r = await openpgp.decrypt({ message: await armored(),
		    passwords: String(file(name)), format: 'binary' });
		return r.data;
	},
};

const [verb, ...args] = process.argv.slice(2);
verbs[verb](...args).then(out => fs.writeSync(1, out), e => {
	console.error(String(e));
	process.exitCode = 1;
});

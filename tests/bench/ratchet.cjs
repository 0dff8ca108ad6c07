'use strict';
/* libsignal of npm in the jobs of ratchet.h. */
const path = require('path');

const lib = require(path.join(__dirname, '..', 'interop', 'node',
	'node_modules', 'libsignal'));
const SECONDS = 2;
const text = Buffer.alloc(199);

function side() {
	const s = { sessions: new Map() };
	s.identity = lib.keyhelper.generateIdentityKeyPair();
	s.store = {
		loadSession: async (id) => s.sessions.get(id),
		storeSession: async (id, r) => { s.sessions.set(id, r); },
		isTrustedIdentity: async () => true,
		loadPreKey: async () => s.opk.keyPair,
		removePreKey: async () => {},
		loadSignedPreKey: async () => s.spk.keyPair,
		getOurRegistrationId: async () => 1,
		getOurIdentity: async () => s.identity,
	};
	s.address = new lib.ProtocolAddress('other', 1);
	return s;
}

const sides = [side(), side()];

async function message(from) {
	const a = sides[from], b = sides[1 - from];
	const m = await new lib.SessionCipher(a.store, a.address).encrypt(text);
	const c = new lib.SessionCipher(b.store, b.address);
	await (m.type === 3 ? c.decryptPreKeyWhisperMessage(m.body) :
		c.decryptWhisperMessage(m.body));
}

async function session() {
	const [a, b] = sides;
	a.identity = lib.keyhelper.generateIdentityKeyPair();
	b.identity = lib.keyhelper.generateIdentityKeyPair();
	b.spk = lib.keyhelper.generateSignedPreKey(b.identity, 7);
	b.opk = lib.keyhelper.generatePreKey(20);
	a.sessions.clear();
	b.sessions.clear();
	await new lib.SessionBuilder(a.store, a.address).initOutgoing({
		registrationId: 1, identityKey: b.identity.pubKey,
		signedPreKey: { keyId: 7, publicKey: b.spk.keyPair.pubKey,
			signature: b.spk.signature },
		preKey: { keyId: 20, publicKey: b.opk.keyPair.pubKey } });
	await message(0);
}

async function measure(job, one) {
	const start = process.cpuUsage();
	let n = 0, took = 0;
	do {
		for (let i = 0; i < 10; i++, n++)
			await one(n);
		const used = process.cpuUsage(start);
		took = (used.user + used.system) / 1e6;
	} while (took < SECONDS);
	process.stdout.write(`libsignal of npm\t${job}\t${Math.round(n / took)}\n`);
}

async function main() {
	console.info = console.warn = console.log = () => {};
	await session();
	await message(1);
	await message(0);
	await measure('ping-pong', (n) => message(n & 1));
	await measure('one-way', () => message(0));
	await measure('set-ups', session);
}

main();

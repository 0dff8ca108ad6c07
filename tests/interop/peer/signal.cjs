'use strict';
/*
 * Peers in JavaScript that speak the Signal protocol; the first argument
 * chooses one: libsignal (that of WhatsApp bots) or privacyresearch. Lines
 * and answers are those of signal.c.
 */
const readline = require('readline');
const path = require('path');

const modules = path.join(__dirname, '..', 'node', 'node_modules');
const hex = (b) => Buffer.from(b).toString('hex');
const unhex = (s) => Buffer.from(s, 'hex');
const b64 = (b) => Buffer.from(b).toString('base64');

/* What one library wants, in the words of all. */
async function libsignal() {
	const lib = require(path.join(modules, 'libsignal'));
	const identity = lib.keyhelper.generateIdentityKeyPair();
	const spk = lib.keyhelper.generateSignedPreKey(identity, 7);
	const opks = new Map();
	const sessions = new Map();
	const store = {
		loadSession: async (id) => sessions.get(id),
		storeSession: async (id, r) => { sessions.set(id, r); },
		isTrustedIdentity: async () => true,
		loadPreKey: async (id) => opks.get(Number(id)),
		removePreKey: async (id) => { opks.delete(Number(id)); },
		loadSignedPreKey: async () => spk.keyPair,
		getOurRegistrationId: async () => 4242,
		getOurIdentity: async () => identity,
	};
	const address = new lib.ProtocolAddress('us', 1);
	return {
		identity: identity.pubKey,
		spk: [spk.keyId, spk.keyPair.pubKey, spk.signature],
		prekey: async (id) => {
			const k = lib.keyhelper.generatePreKey(id).keyPair;
			opks.set(id, k);
			return k.pubKey;
		},
		start: (offer) => new lib.SessionBuilder(store, address)
			.initOutgoing(offer),
		send: async (text) => {
			const m = await new lib.SessionCipher(store, address)
				.encrypt(text);
			return [m.type, m.body];
		},
		recv: (type, body) => {
			const c = new lib.SessionCipher(store, address);
			return type === 3 ? c.decryptPreKeyWhisperMessage(body) :
				c.decryptWhisperMessage(body);
		},
	};
}

const buffer = (b) => {
	const u = Uint8Array.from(b);
	return u.buffer;
};

async function privacyresearch() {
	const lib = require(path.join(modules,
		'@privacyresearch/libsignal-protocol-typescript'));
	const identity = await lib.KeyHelper.generateIdentityKeyPair();
	const spk = await lib.KeyHelper.generateSignedPreKey(identity, 7);
	const opks = new Map();
	const sessions = new Map();
	const store = {
		getIdentityKeyPair: async () => identity,
		getLocalRegistrationId: async () => 4242,
		isTrustedIdentity: async () => true,
		saveIdentity: async () => false,
		loadPreKey: async (id) => opks.get(Number(id)),
		storePreKey: async () => {},
		removePreKey: async (id) => { opks.delete(Number(id)); },
		loadSignedPreKey: async () => spk.keyPair,
		storeSignedPreKey: async () => {},
		removeSignedPreKey: async () => {},
		loadSession: async (id) => sessions.get(id),
		storeSession: async (id, r) => { sessions.set(id, r); },
	};
	const address = new lib.SignalProtocolAddress('us', 1);
	return {
		identity: identity.pubKey,
		spk: [spk.keyId, spk.keyPair.pubKey, spk.signature],
		prekey: async (id) => {
			const k = (await lib.KeyHelper.generatePreKey(id)).keyPair;
			opks.set(id, k);
			return k.pubKey;
		},
		start: (offer) => {
			const o = { ...offer,
				identityKey: buffer(offer.identityKey),
				signedPreKey: { keyId: offer.signedPreKey.keyId,
					publicKey: buffer(offer.signedPreKey.publicKey),
					signature: buffer(offer.signedPreKey.signature) } };
			if (offer.preKey)
				o.preKey = { keyId: offer.preKey.keyId,
					publicKey: buffer(offer.preKey.publicKey) };
			return new lib.SessionBuilder(store, address).processPreKey(o);
		},
		send: async (text) => {
			const m = await new lib.SessionCipher(store, address)
				.encrypt(buffer(text));
			return [m.type, Buffer.from(m.body, 'binary')];
		},
		recv: (type, body) => {
			const c = new lib.SessionCipher(store, address);
			return type === 3 ?
				c.decryptPreKeyWhisperMessage(buffer(body)) :
				c.decryptWhisperMessage(buffer(body));
		},
	};
}

async function bundle(peer, id, withPrekey) {
	const prekey = withPrekey ? { id, key: b64(await peer.prekey(id)) } : null;
	return JSON.stringify({ registration_id: 4242, device_id: 1,
		identity_key: b64(peer.identity),
		signed_prekey: { id: peer.spk[0], key: b64(peer.spk[1]),
			signature: b64(peer.spk[2]) },
		prekey, kyber_prekey: null });
}

function offer(v) {
	const o = { registrationId: Number(v[0]), identityKey: unhex(v[2]),
		signedPreKey: { keyId: Number(v[4]), publicKey: unhex(v[5]),
			signature: unhex(v[3]) } };
	if (v[7] !== '-')
		o.preKey = { keyId: Number(v[6]), publicKey: unhex(v[7]) };
	return o;
}

async function main() {
	const peer = process.argv[2] === 'libsignal' ? await libsignal() :
		await privacyresearch();
	let id = 20;
	for await (const line of readline.createInterface({
		input: process.stdin })) {
		const [verb, ...v] = line.split(' ');
		try {
			if (verb === 'bundle')
				console.log(await bundle(peer, id++, v[0] === '1'));
			else if (verb === 'start')
				console.log((await peer.start(offer(v)), 'ok'));
			else if (verb === 'send') {
				const [type, body] = await peer.send(unhex(v[0]));
				console.log(`${type} ${hex(body)}`);
			} else if (verb === 'recv')
				console.log(`ok ${hex(await peer.recv(Number(v[0]),
					unhex(v[1])))}`);
			else
				console.log('error');
		} catch (e) {
			console.log(`error ${String(e.message).split('\n')[0]}`);
		}
	}
}

/* the libraries speak on stdout, where answers are expected */
const answer = console.log;
console.info = console.warn = console.debug = () => {};
console.error = () => {};
console.log = (s) => {
	if (typeof s === 'string')
		answer(s);
};
main();

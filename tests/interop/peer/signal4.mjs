/*
 * The current libsignal as a peer: version 4 of the protocol only. Lines and
 * answers are those of signal.c, and start has three words more: ID KEY SIG of
 * the Kyber prekey. Verbs more:
 *	unseal ROOT SEALED	ok NAME TYPE MESSAGE, when ROOT certifies NAME
 *	authority NAME KEY	ok ROOT CERTIFICATE, in base64
 *	seal2 TEXT		a message in version 2 of sealed sender
 *	export, load RECORD	its session, taken out and put in
 */
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const modules = process.env.NODE_SIGNAL ?? path.join(path.dirname(
	fileURLToPath(import.meta.url)), '..', 'node-signal', 'node_modules');
const lib = await import(pathToFileURL(path.join(modules, '@signalapp',
	'libsignal-client', 'dist', 'index.js')).href);

const hex = (b) => Buffer.from(b).toString('hex');
const unhex = (s) => new Uint8Array(Buffer.from(s, 'hex'));
const b64 = (b) => Buffer.from(b).toString('base64');

const identity = lib.PrivateKey.generate();
const spk = lib.PrivateKey.generate();
const spkSignature = identity.sign(spk.getPublicKey().serialize());
const prekeys = new Map();
const kybers = new Map();
const us = lib.ProtocolAddress.new('us', 1);
const me = lib.ProtocolAddress.new('peer', 1);

class Sessions extends lib.SessionStore {
	#record = null;
	async saveSession(name, record) { this.#record = record.serialize(); }
	async getSession() {
		return this.#record && lib.SessionRecord.deserialize(this.#record);
	}
	async getExistingSessions() { return [await this.getSession()]; }
	export() { return hex(this.#record); }
	load(record) {
		this.#record = lib.SessionRecord.deserialize(record).serialize();
		return 'ok';
	}
}

class Identities extends lib.IdentityKeyStore {
	async getIdentityKey() { return identity; }
	async getLocalRegistrationId() { return 4242; }
	async saveIdentity() { return lib.IdentityChange.NewOrUnchanged; }
	async isTrustedIdentity() { return true; }
	async getIdentity() { return this.them ?? null; }
}

class PreKeys extends lib.PreKeyStore {
	async savePreKey() {}
	async getPreKey(id) {
		if (!prekeys.has(id))
			throw new Error('no such prekey');
		return prekeys.get(id);
	}
	async removePreKey(id) { prekeys.delete(id); }
}

class SignedPreKeys extends lib.SignedPreKeyStore {
	async saveSignedPreKey() {}
	async getSignedPreKey(id) {
		return lib.SignedPreKeyRecord.new(id, 1, spk.getPublicKey(), spk,
			spkSignature);
	}
}

class KyberPreKeys extends lib.KyberPreKeyStore {
	async saveKyberPreKey() {}
	async getKyberPreKey(id) { return kybers.get(id); }
	async markKyberPreKeyUsed() {}
}

const sessions = new Sessions();
const identities = new Identities();

function bundle(id, withPrekey) {
	const kem = lib.KEMKeyPair.generate();
	const kyberKey = kem.getPublicKey().serialize();
	const kyberSignature = identity.sign(kyberKey);
	kybers.set(id, lib.KyberPreKeyRecord.new(id, 1, kem, kyberSignature));
	let prekey = null;
	if (withPrekey) {
		const k = lib.PrivateKey.generate();
		prekeys.set(id, lib.PreKeyRecord.new(id, k.getPublicKey(), k));
		prekey = { id, key: b64(k.getPublicKey().serialize()) };
	}
	return JSON.stringify({ registration_id: 4242, device_id: 1,
		identity_key: b64(identity.getPublicKey().serialize()),
		signed_prekey: { id: 7, key: b64(spk.getPublicKey().serialize()),
			signature: b64(spkSignature) },
		prekey,
		kyber_prekey: { id, key: b64(kyberKey),
			signature: b64(kyberSignature) } });
}

async function start(v) {
	const key = (s) => lib.PublicKey.deserialize(unhex(s));
	const without = v[7] === '-';
	const b = lib.PreKeyBundle.new(Number(v[0]), Number(v[1]),
		without ? null : Number(v[6]), without ? null : key(v[7]),
		Number(v[4]), key(v[5]), unhex(v[3]), key(v[2]), Number(v[8]),
		lib.KEMPublicKey.deserialize(unhex(v[9])), unhex(v[10]));
	await lib.processPreKeyBundle(b, us, me, sessions, identities);
	return 'ok';
}

async function send(text) {
	const m = await lib.signalEncrypt(text, us, me, sessions, identities);
	return `${m.type()} ${hex(m.serialize())}`;
}

async function recv(type, body) {
	const text = type === 3 ? await lib.signalDecryptPreKey(
		lib.PreKeySignalMessage.deserialize(body), us, me, sessions,
		identities, new PreKeys(), new SignedPreKeys(),
		new KyberPreKeys()) : await lib.signalDecrypt(
		lib.SignalMessage.deserialize(body), us, me, sessions, identities);
	return `ok ${hex(text)}`;
}

async function unseal(root, sealed) {
	const inside = await lib.sealedSenderDecryptToUsmc(sealed, identities);
	const cert = inside.senderCertificate();
	if (!cert.validate(lib.PublicKey.deserialize(root), Date.now()))
		return 'error not certified';
	return `ok ${cert.senderUuid()} ${inside.msgType()} ` +
		hex(inside.contents());
}

const root = lib.PrivateKey.generate();
const server = lib.PrivateKey.generate();
const serverCert = lib.ServerCertificate.new(1, server.getPublicKey(), root);
const UUID = '9d0652a3-dcc3-4d11-975f-74d61598733f';
const certify = (name, key) => lib.SenderCertificate.new(name, null, 1, key,
	Date.now() + 86400000, serverCert, server);

/* To several at once, of which the other side is one. */
async function seal2(text) {
	const to = lib.ProtocolAddress.new(UUID.replaceAll('9', '8'), 1);
	const m = await lib.signalEncrypt(text, us, me, sessions, identities);
	const inside = lib.UnidentifiedSenderMessageContent.new(m,
		certify(UUID, identity.getPublicKey()), lib.ContentHint.Default,
		null);
	identities.them = other;
	return hex(lib.sealedSenderMultiRecipientMessageForSingleRecipient(
		await lib.sealedSenderMultiRecipientEncrypt(inside, [to],
			identities, sessions)));
}

/* Who certifies, and what it certifies of the other side. */
function authority(name, key) {
	other = lib.PublicKey.deserialize(key);
	return `ok ${b64(root.getPublicKey().serialize())} ` +
		b64(certify(name, other).serialize());
}

let other = null;
let id = 20;
for await (const line of readline.createInterface({ input: process.stdin })) {
	const [verb, ...v] = line.split(' ');
	try {
		if (verb === 'bundle')
			console.log(bundle(id++, v[0] === '1'));
		else if (verb === 'start')
			console.log(await start(v));
		else if (verb === 'send')
			console.log(await send(unhex(v[0])));
		else if (verb === 'recv')
			console.log(await recv(Number(v[0]), unhex(v[1])));
		else if (verb === 'export')
			console.log(sessions.export());
		else if (verb === 'load')
			console.log(sessions.load(unhex(v[0])));
		else if (verb === 'seal2')
			console.log(await seal2(unhex(v[0])));
		else if (verb === 'authority')
			console.log(authority(v[0], unhex(v[1])));
		else if (verb === 'unseal')
			console.log(await unseal(unhex(v[0]), unhex(v[1])));
		else
			console.log('error');
	} catch (e) {
		console.log(`error ${String(e.message).split('\n')[0]}`);
	}
}

/**
 * The npm suite as a second opinion: verifies records, signs drafts.
 *
 * stdin:  {"verify": [record, ...], "sign": [{"document", "seed" (hex), "created"}, ...]}
 * stdout: {"verified": [[{"verified", "error"}, ...], ...], "signed": [record, ...], "loaded": [url, ...]}
 *
 * Every result of every proof is reported: the suite's own `verified` is true as soon as ONE proof of a
 * set verifies. Nothing is fetched: did:key documents are computed, both contexts are local, any other
 * address is an error.
 */
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {
  createSignCryptosuite, createVerifyCryptosuite
} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import jsigs from 'jsonld-signatures';
import {text} from 'node:stream/consumers';

const {purposes: {AssertionProofPurpose}} = jsigs;
const MULTIKEY_CONTEXT = 'https://w3id.org/security/multikey/v1';

// JCS signs the JSON as it stands, so a context's terms change nothing: empty ones are enough here.
const CONTEXTS = new Map([
  'https://www.w3.org/ns/credentials/v2',
  'https://suyuan.example/ns/v1',
].map(url => [url, {'@context': {}}]));

const loaded = new Set();

async function documentLoader(url) {
  loaded.add(url.startsWith('did:key:') ? 'did:key' : url);
  const document = url.startsWith('did:key:') ? didDocument(url) : CONTEXTS.get(url);
  if(!document) {
    throw new Error(`this test is offline, and "${url}" is not local`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

function didDocument(url) {
  const [did, fragment] = url.split('#');
  const key = {
    '@context': MULTIKEY_CONTEXT,
    id: `${did}#${did.slice('did:key:'.length)}`,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: did.slice('did:key:'.length),
  };
  if(fragment !== undefined) {
    if(url !== key.id) {
      throw new Error(`"${url}" is not a key of ${did}`);
    }
    return key;
  }
  return {
    '@context': ['https://www.w3.org/ns/did/v1', MULTIKEY_CONTEXT],
    id: did,
    verificationMethod: [key],
    assertionMethod: [key.id],
  };
}

async function verify(record) {
  const result = await jsigs.verify(record, {
    suite: new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()}),
    purpose: new AssertionProofPurpose(),
    documentLoader,
  });
  if(!result.results) {
    return [{verified: false, error: String(result.error)}];
  }
  return result.results.map(({verified, error}) => (
    {verified, error: error ? String(error) : null}));
}

async function sign({document, seed, created}) {
  const key = await Ed25519Multikey.generate({seed: Buffer.from(seed, 'hex')});
  const did = `did:key:${key.publicKeyMultibase}`;
  key.controller = did;
  key.id = `${did}#${key.publicKeyMultibase}`;
  const suite = new DataIntegrityProof({
    signer: key.signer(), date: created, cryptosuite: createSignCryptosuite(),
  });
  return jsigs.sign(document, {suite, purpose: new AssertionProofPurpose(), documentLoader});
}

const input = JSON.parse(await text(process.stdin));
const verified = [];
for(const record of input.verify ?? []) {
  verified.push(await verify(record));
}
const signed = [];
for(const job of input.sign ?? []) {
  signed.push(await sign(job));
}
process.stdout.write(JSON.stringify({verified, signed, loaded: [...loaded].sort()}));

// The legacy API as the old official SDK "@pinata/sdk" uses it, with the key pair. Prints what it got as one JSON object.
// That SDK knows one host only: https_proxy makes it send everything to the fake, which it does in plain HTTP.
import { createReadStream } from 'node:fs';
import Pinata from '@pinata/sdk';

const { API_KEY, SECRET_KEY, CONTENT } = process.env;
const sdk = new Pinata(API_KEY, SECRET_KEY);
const upload = (name, cidVersion) =>
  sdk.pinFileToIPFS(createReadStream(CONTENT), {
    pinataMetadata: { name, keyvalues: { app: 'mine', sequence: 7 } },
    pinataOptions: { cidVersion },
  });
const v1 = await upload('one', 1);
const v0 = await upload('two', 0);
const again = await upload('three', 1);
const listed = await sdk.pinList({
  status: 'pinned',
  pageLimit: 10,
  metadata: { keyvalues: { app: { value: 'mine', op: 'eq' }, sequence: { value: 7, op: 'eq' } } },
});
const changed = await sdk.hashMetadata(v0.IpfsHash, { name: 'renamed', keyvalues: { app: 'yours' } });
const unpinned = await sdk.unpin(v1.IpfsHash);
const twice = await sdk.unpin(v1.IpfsHash).catch((error) => error.reason);
const left = await sdk.pinList({ status: 'pinned' });
const authenticated = await sdk.testAuthentication();
const refused = await new Pinata(API_KEY, 'wrong').testAuthentication().catch((error) => error.reason);

console.log(
  JSON.stringify({
    v1: v1.IpfsHash,
    v0: v0.IpfsHash,
    again: again.isDuplicate,
    listed: listed.rows.map((pin) => pin.metadata.name).sort(),
    changed,
    unpinned,
    twice,
    left: left.rows.map((pin) => pin.metadata.name),
    authenticated: authenticated.authenticated,
    refused,
  }),
);

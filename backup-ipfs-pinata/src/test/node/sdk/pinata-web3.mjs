// The legacy API as the official SDK "pinata-web3" uses it. Prints what it got as one JSON object.
import { readFile } from 'node:fs/promises';
import { PinataSDK } from 'pinata-web3';

const { API_URL, GATEWAY_URL, JWT, CONTENT } = process.env;
const config = { pinataJwt: JWT, pinataGateway: GATEWAY_URL, endpointUrl: API_URL };
const sdk = new PinataSDK(config);
// The SDK prepends https:// to what it is given; the fake speaks plain HTTP.
config.pinataGateway = GATEWAY_URL;

const content = await readFile(CONTENT);
const upload = (name, cidVersion) =>
  sdk.upload
    .file(new File([content], name, { type: 'application/octet-stream' }))
    .addMetadata({ name, keyValues: { app: 'mine', sequence: 7 } })
    .cidVersion(cidVersion);
const v1 = await upload('one', 1);
const v0 = await upload('two', 0);
const again = await upload('three', 1);

const listed = await sdk.listFiles().keyValue('sequence', 7).pageLimit(1);
const all = await sdk.listFiles().keyValue('app', 'mine').all();
const named = await sdk.listFiles().name('two');
const fetched = Buffer.from(await (await sdk.gateways.get(v1.IpfsHash)).data.arrayBuffer());
const updated = await sdk.updateMetadata({ cid: v0.IpfsHash, name: 'renamed', keyValues: { app: 'yours' } });
const unpinned = await sdk.unpin([v1.IpfsHash]);
const unpinnedTwice = await sdk.unpin([v1.IpfsHash]);
const left = await sdk.listFiles().all();
const authenticated = await sdk.testAuthentication();
const refused = await new PinataSDK({ ...config, pinataJwt: 'wrong' }).testAuthentication().then(
  () => 'accepted',
  (error) => error.name,
);

console.log(
  JSON.stringify({
    v1: v1.IpfsHash,
    v0: v0.IpfsHash,
    again: again.isDuplicate,
    page: listed.length,
    all: all.length,
    named: named.map((pin) => pin.metadata.name),
    keyvalues: named[0].metadata.keyvalues,
    fetched: fetched.equals(content),
    updated,
    unpinned: unpinned[0].status,
    unpinnedTwice: unpinnedTwice[0].status,
    left: left.map((pin) => pin.metadata.name),
    authenticated: authenticated.message.startsWith('Congratulations'),
    refused,
  }),
);

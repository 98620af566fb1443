// The v3 API as the official SDK "pinata" uses it. Prints what it got as one JSON object.
import { readFile } from 'node:fs/promises';
import { PinataSDK } from 'pinata';

const { API_URL, UPLOAD_URL, GATEWAY_URL, JWT, CONTENT, LARGE } = process.env;
const config = { pinataJwt: JWT, pinataGateway: GATEWAY_URL, endpointUrl: `${API_URL}/v3`, uploadUrl: `${UPLOAD_URL}/v3` };
const sdk = new PinataSDK(config);
// The SDK prepends https:// to what it is given; the fake speaks plain HTTP.
config.pinataGateway = GATEWAY_URL;

const content = await readFile(CONTENT);
const upload = (name, cidVersion) =>
  sdk.upload.public
    .file(new File([content], name, { type: 'application/octet-stream' }))
    .name(name)
    .keyvalues({ app: 'mine', sequence: '7' })
    .cidVersion(cidVersion);
const v1 = await upload('one', 'v1');
const v0 = await upload('two', 'v0');
const again = await upload('three', 'v1');
const hidden = await sdk.upload.private.file(new File(['hidden'], 'hidden'));
const large = await sdk.upload.public
  .file(new File([await readFile(LARGE)], 'large', { type: 'application/octet-stream' }))
  .keyvalues({ app: 'large' })
  .cidVersion('v1');

const listed = await sdk.files.public.list().keyvalues({ app: 'mine' }).order('ASC').limit(1).all();
const byCid = await sdk.files.public.list().cid(v1.cid);
const fetched = Buffer.from(await (await sdk.gateways.public.get(v1.cid)).data.arrayBuffer());
const deleted = await sdk.files.public.delete([v1.id]);
const left = await sdk.files.public.list().keyvalues({ app: 'mine' }).all();
const refused = await new PinataSDK({ ...config, pinataJwt: 'wrong' }).files.public.list().then(
  () => 'accepted',
  (error) => error.name,
);
const authenticated = await new PinataSDK({ ...config, endpointUrl: API_URL }).testAuthentication();

console.log(
  JSON.stringify({
    v1: v1.cid,
    v0: v0.cid,
    size: v1.size,
    again: again.id === v1.id && again.is_duplicate === true,
    hidden: hidden.id !== undefined,
    large: large.cid,
    listed: listed.map((file) => file.name),
    keyvalues: listed[0].keyvalues,
    byCid: byCid.files.length,
    fetched: fetched.equals(content),
    deleted: deleted[0].status,
    left: left.map((file) => file.name),
    refused,
    authenticated: authenticated.message.startsWith('Congratulations'),
  }),
);

// Prints the CIDs of files: one line "version chunkSize width file" in, one CID out.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { importer } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';

// The importer wants a place for its blocks, but only their names matter here.
const nowhere = { put: async (cid) => cid };

for await (const line of createInterface({ input: process.stdin })) {
  const [version, chunkSize, width, file] = line.split(' ');
  const entries = importer([{ path: 'file', content: createReadStream(file) }], nowhere, {
    cidVersion: Number(version),
    rawLeaves: version === '1',
    chunker: fixedSize({ chunkSize: Number(chunkSize) }),
    layout: balanced({ maxChildrenPerNode: Number(width) }),
  });
  for await (const entry of entries) {
    console.log(`${entry.cid} ${entry.size}`);
  }
}

// Writes the WebAssembly module that a JavaScript loader carries inside:
// node derive.mjs LOADER.js OUT.wasm
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [loader, out] = process.argv.slice(2);
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = (bytes, imports) => {
  writeFileSync(out, Buffer.from(bytes.buffer ?? bytes));
  return instantiate(bytes, imports);
};
const module = await import(pathToFileURL(loader));
await module.default();

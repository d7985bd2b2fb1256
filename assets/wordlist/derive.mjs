// Prints the English word list of the recovery phrase, one word a line, by
// asking a Monero library for the words of chosen private keys.
//
// A key is eight little-endian 32-bit numbers and each number x below 1626
// becomes three words: word x three times over (docs/protocol/identity.md
// section 2.2 with N = 1626: a = x, b = 0 + a, c = 0 + b). The last number of
// a key stays zero, which keeps the key below the order of the group.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.cwd() + "/");
const monero = (await import(pathToFileURL(require.resolve("monero-ts")))).default;

const size = 1626;
const words = [];
for (let first = 0; first < size; first += 7) {
  const key = Buffer.alloc(32);
  for (let i = 0; i < 7; i++) key.writeUInt32LE((first + i) % size, 4 * i);
  const wallet = await monero.createWalletKeys({
    networkType: monero.MoneroNetworkType.MAINNET,
    privateSpendKey: key.toString("hex"),
    language: "English",
    proxyToWorker: false,
  });
  const phrase = (await wallet.getSeed()).split(" ");
  for (let i = 0; i < 7 && first + i < size; i++) {
    const [a, b, c] = phrase.slice(3 * i, 3 * i + 3);
    if (a !== b || b !== c) throw new Error(`number ${first + i}: ${a} ${b} ${c}`);
    words.push(a);
  }
  await wallet.close();
}
if (new Set(words).size !== size) throw new Error("words repeat");
process.stdout.write(words.join("\n") + "\n", () => process.exit(0));

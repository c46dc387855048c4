/** What is computed by combs with one rule left out, as a change of its source, and the case of known-key-cases.ts that notices. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { build } from "esbuild"
import type { CaseName, KnownKeyCode } from "./known-key-cases"

/** What is changed, into what, and which case is answered differently then. */
type Variant = readonly [file: string, from: string, to: string, noticedBy: CaseName]

export const VARIANTS: Readonly<Record<string, Variant>> = {
    "s is below ℓ": [
        "crypto/ed25519-known.ts",
        'if (compare(s, ORDER) >= 0) return "sOutOfRange"',
        "",
        "Ed25519: s + ℓ",
    ],
    "nothing follows the signature": [
        "crypto/ed25519-known.ts",
        'if (signature.length !== ED25519_SIGNATURE_BYTES) return "signatureLength"',
        "",
        "Ed25519: a byte behind the signature",
    ],
    "all of R is compared": [
        "crypto/ed25519-known.ts",
        "i < computed.length",
        "i < computed.length - 1",
        "Ed25519: R with the other sign",
    ],
    "R is not of small order": [
        "crypto/ed25519-known.ts",
        '(await isOfSmallOrder(sum)) ? "rSmallOrder" : undefined',
        "undefined",
        "Ed25519: R is neutral, and fits",
    ],
    "a refusal says what is wrong with R": [
        "crypto/ed25519-known.ts",
        'refusal ? R_REFUSALS[refusal] : "mismatch"',
        '"mismatch"',
        "Ed25519: R is not canonical",
    ],
    "k A is subtracted": ["crypto/ed25519-known.ts", "comb, negative: true", "comb, negative: false", "Ed25519: sound"],
    "the key is hashed": ["crypto/ed25519-known.ts", "publicKey, message])", "message])", "Ed25519: sound"],
    "the table has its size": [
        "crypto/ed25519-known.ts",
        'requireBytes(comb, "comb", EDWARDS_COMB_BYTES)',
        "",
        "Ed25519: a table that is cut",
    ],
    "a column may be subtracted from what is subtracted": [
        "crypto/edwards-verify.ts",
        "negative !== terms[k].negative",
        "negative",
        "Ed25519: sound",
    ],
    "a negative column has the entry of its opposite": [
        "crypto/public-comb.ts",
        "negative ? ~teeth : teeth",
        "teeth",
        "Ed25519: sound",
    ],
    "the two digits above are -1": [
        "crypto/public-comb.ts",
        "TWO_DIGITS = 0x30000",
        "TWO_DIGITS = 0x10000",
        "P-256: sound",
    ],
    "a sum in which equal points met is made again": [
        "crypto/p256-sums.ts",
        "(await isZero(sum[2])) ? await sumOfAddends(length, true, addendsAt) : sum",
        "sum",
        "P-256: equal points meet in a forgery",
    ],
    "r is not 0": ["crypto/p256-verify.ts", 'if (!isScalar(r)) return "rOutOfRange"', "", "P-256: r is 0"],
    "x may be r + n": [
        "crypto/p256-verify.ts",
        "compare(above, PRIME) < 0 && (await hasX(sum, above)) ? undefined",
        "false ? undefined",
        "P-256: x of R is above n",
    ],
    "the table of P-256 has its size": [
        "crypto/p256-known.ts",
        'requireBytes(comb, "comb", P256_COMB_BYTES)',
        "",
        "P-256: a table that is cut",
    ],
    "the caller's buffer may be used again": [
        "crypto/p256-known.ts",
        "ownSignature = copyOf(signature)",
        "ownSignature = signature",
        "P-256: the signature's buffer is used again",
    ],
    "all of a key is compared": [
        "cose/known-key.ts",
        "same = own[i] === publicKey[i]",
        "same = own[0] === publicKey[0]",
        "a key that begins like a known one",
    ],
    "other keys are refused": ["cose/known-key.ts", "pause) : false", "pause) : true", "a key that is not known"],
    "the highest bit of a secret key is set": [
        "crypto/x25519-comb.ts",
        "scalar[31] = (scalar[31] & 127) | 64",
        "scalar[31] &= 127",
        "X25519: highest bits",
    ],
    "the lowest bits of a secret key are cleared": [
        "crypto/x25519-comb.ts",
        "scalar[0] &= 248",
        "",
        "X25519: lowest bits",
    ],
}

const CORE = join(import.meta.dirname, "../../../src/core")
const ENTRY = `
export { eddsaOf } from "./cose/eddsa-known"
export { ed25519KnownKeyRefusal } from "./crypto/ed25519-known"
export { p256KnownKeyRefusal } from "./crypto/p256-known"
export { x25519PublicKeyByComb } from "./crypto/x25519-comb"`

/** The code, changed if a variant is given. @throws Error unless what is changed stands there exactly once */
export async function knownKeyCode(variant?: Variant): Promise<KnownKeyCode> {
    const [changed, from, to] = variant ?? []
    let changes = 0
    const { outputFiles } = await build({
        stdin: { contents: ENTRY, resolveDir: CORE, loader: "ts" },
        bundle: true,
        write: false,
        format: "iife",
        globalName: "code",
        plugins: [
            {
                name: "variant",
                setup({ onLoad }) {
                    onLoad({ filter: /src\/core\/.*\.ts$/ }, async ({ path }) => {
                        const source = await readFile(path, "utf8")
                        if (path !== join(CORE, String(changed))) return { contents: source, loader: "ts" }
                        changes = source.split(from!).length - 1
                        return { contents: source.replace(from!, () => to!), loader: "ts" }
                    })
                },
            },
        ],
    })
    if (variant && changes !== 1) throw new Error(`${changed} has ${changes} times: ${from}`)
    return new Function(`${outputFiles[0].text}; return code`)()
}

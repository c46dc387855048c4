import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { CborRefusal } from "../../../src/core/cbor/refusal"
import { CoseRefusal } from "../../../src/core/cose/refusal"
import { SuitRefusal } from "../../../src/core/suit/refusal"
import { seededBytes } from "../../../src/host/identity/random-bytes"
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../../../src/host/package/algorithms"
import { commandSigner } from "../../../src/host/package/command-signer"
import { encodeEnvelope, signEnvelope } from "../../../src/host/package/envelope"
import { inspectPackage } from "../../../src/host/package/inspect"
import { makePackage } from "../../../src/host/package/make-package"
import { programManifest } from "../../../src/host/package/manifest"
import { REFUSALS, refusalName } from "../../../src/host/package/refusals"
import { numberWarnings, policyNumberWarnings } from "../../../src/host/package/sequence-number"
import {
    type KeyFile,
    makeKey,
    publicPart,
    readKeyFile,
    trustedKeyOf,
    unlockKey,
} from "../../../src/host/package/signing-key"
import { classIdOf, uuidText, vendorIdOf } from "../../../src/host/package/uuid"
import { receive } from "../../core/suit/device"
import { DRAFT_EXAMPLES, DRAFT_KEY } from "../../core/suit/draft-examples"
import { GOOD, PROGRAM, signed, TARGET } from "../../core/suit/packages"
import { ALICE } from "../../core/suit/signers"
import { numberedImage } from "./numbered-image"

const PASSPHRASE = "correct horse battery staple"
const OPTIONS = { sequence: 7, vendor: "example.com", model: "gas-valve", board: "valve_pico", release: "1.2.0" }

const IMAGE = numberedImage(OPTIONS.sequence)

const randomBytes = seededBytes("signing keys")

let folder: string
const keys = {} as Record<SignatureAlgorithm, KeyFile>
beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "domovoi-keys-"))
    for (const algorithm of SIGNATURE_ALGORITHMS) keys[algorithm] = await makeKey(algorithm, PASSPHRASE, randomBytes)
})
afterAll(() => rmSync(folder, { recursive: true }))

test("identifiers of vendor and class are those of the draft's examples", () => {
    expect(uuidText(vendorIdOf("arm.com"))).toBe("fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe")
})

test("every refusal has a number and a name of its own", () => {
    const tables = [CborRefusal, CoseRefusal, SuitRefusal].flatMap(table =>
        Object.values(table).filter(value => typeof value === "number" && value > 0),
    )
    expect(new Set(tables).size).toBe(tables.length)
    expect(new Set(REFUSALS.values()).size).toBe(tables.length)
    expect(refusalName(SuitRefusal.ManifestDigest)).toBe("manifestDigest")
})

describe.each(SIGNATURE_ALGORITHMS)("a key of %s", algorithm => {
    test("comes back out of its file, signs, and devices and inspect believe it", async () => {
        const path = join(folder, algorithm)
        writeFileSync(path, JSON.stringify(keys[algorithm]))
        const file = readKeyFile(path)
        const signer = await unlockKey(path, file, PASSPHRASE)
        const bytes = encodeEnvelope(await signEnvelope(makePackage("a.devs", IMAGE, OPTIONS), signer))
        const key = trustedKeyOf(file)
        const policy = { version: 1, threshold: 1, keys: [key] }
        expect(refusalName((await receive(bytes, { policy })).refusal)).toBe("none")
        const { verdict, signatures } = await inspectPackage("a.suit", bytes, [key])
        expect(verdict).toEqual({ refusal: "none", at: 0, authentic: true })
        expect(signatures).toMatchObject([{ kind: "COSE_Sign1", algorithm, keyId: file.keyId }])
    })
})

describe("a key file", () => {
    const inFile = (name: string, content: unknown) => {
        const path = join(folder, name)
        writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content))
        return path
    }

    test("does not open with another passphrase, nor with another public key in it", async () => {
        await expect(unlockKey("k", keys.EdDSA, "another passphrase")).rejects.toThrow("k: wrong passphrase")
        const swapped = { ...keys.EdDSA, publicKey: keys.ES256.publicKey }
        await expect(unlockKey("k", swapped, PASSPHRASE)).rejects.toThrow(
            "k: wrong passphrase, or a file that was changed",
        )
    })

    test("holds no byte of the private key in plain view; its public half none at all", async () => {
        expect(publicPart(keys.EdDSA)).not.toHaveProperty("privateKey")
        await expect(unlockKey("k", publicPart(keys.EdDSA), PASSPHRASE)).rejects.toThrow(
            "only the public half of a key",
        )
    })

    test("that is none is refused", () => {
        for (const content of ["", "{}", "[]", { ...keys.EdDSA, algorithm: "RS256" }, { ...keys.EdDSA, more: 1 }])
            expect(() => readKeyFile(inFile("bad", content))).toThrow("no signing key")
        expect(() => readKeyFile(join(folder, "nowhere"))).toThrow("no signing key: ENOENT")
    })
})

test("a package can be signed again, and by a program that keeps the key to itself", async () => {
    const first = await unlockKey("k", keys.EdDSA, PASSPHRASE)
    const once = await signEnvelope(makePackage("a.devs", IMAGE, OPTIONS), first)
    const { algorithm, keyId } = trustedKeyOf(keys.ES256)
    const script = "process.stdin.resume().on('end', () => process.stdout.write(Buffer.alloc(64)))"
    const program = commandSigner([process.execPath, "-e", script], { algorithm, keyId }, 64)
    const twice = await signEnvelope(makePackage("a.suit", encodeEnvelope(once), {}), program)
    const { signatures, verdict } = await inspectPackage("a.suit", encodeEnvelope(twice), [trustedKeyOf(keys.EdDSA)])
    expect(signatures.map(({ algorithm }) => algorithm)).toEqual(["EdDSA", "ES256"])
    expect(verdict.refusal).toBe("none")

    const short = commandSigner([process.execPath, "-e", ""], { algorithm, keyId }, 64)
    await expect(signEnvelope(once, short)).rejects.toThrow("does not sign: it gave 0 bytes, not 64")
    const missing = commandSigner([join(folder, "nowhere")], { algorithm, keyId }, 64)
    await expect(signEnvelope(once, missing)).rejects.toThrow("does not sign: ")
})

describe("a program that calls itself otherwise than its package", () => {
    const other = numberedImage(8)
    const packaged = (image: Buffer) => signed(programManifest(TARGET, image), image, ALICE)

    test("gets no package, and no further signature", async () => {
        const complaint = "the program calls itself 8, its package 7; no device would ever confirm it"
        expect(() => makePackage("a.devs", other, OPTIONS)).toThrow(`a.devs: ${complaint}`)
        const bytes = await packaged(other)
        expect(() => makePackage("a.suit", bytes, {})).toThrow(`a.suit: ${complaint}`)
        expect(makePackage("a.suit", await packaged(IMAGE), {}).blocks).toHaveLength(1)
    })

    test("nor does one that says no number, or that nobody can tell", async () => {
        const complaint = 'nobody can tell the program\'s sequence number; write "sequenceNumber: 7" into the options'
        expect(() => makePackage("a.devs", PROGRAM, OPTIONS)).toThrow(`a.devs: ${complaint}`)
        expect(() => makePackage("a.suit", GOOD, {})).toThrow(`a.suit: ${complaint}`)
    })

    test("is found by inspect, which says what it calls itself", async () => {
        const inspected = async (image: Buffer) => {
            const { programNumber, verdict } = await inspectPackage("a.suit", await packaged(image), [])
            return { programNumber, refusal: verdict.refusal }
        }
        expect(await inspected(other)).toEqual({ programNumber: 8, refusal: "imageNumber" })
        expect(await inspected(IMAGE)).toEqual({ programNumber: 7, refusal: "none" })
        expect(await inspected(PROGRAM)).toEqual({ programNumber: undefined, refusal: "none" })
    })
})

test.each([
    [1, []],
    [9_999, []],
    [10_000, [/looks like no count of releases.*more than 100 above/]],
    [524_287, [/looks like no count of releases/]],
    [524_288, [/no unit with a secure element can ever take number 524288: an element counts to 2097151/]],
    [2_147_483_648, [/no unit with a secure element/]],
    [4_294_967_295, [/no unit with a secure element/, /no number more than 2147483648 above its own/]],
])("of number %d it is said what units make of it", (number, warnings) => {
    expect(numberWarnings(number)).toEqual(warnings.map(warning => expect.stringMatching(warning)))
})

test.each([
    [1, []],
    [9_999, []],
    [10_000, [/looks like no count of policies.*no number more than 2147483648 above/]],
    [524_288, [/looks like no count of policies/]],
    [4_294_967_295, [/looks like no count of policies/]],
])("of a policy's number %d, which no element counts", (number, warnings) => {
    expect(policyNumberWarnings(number)).toEqual(warnings.map(warning => expect.stringMatching(warning)))
})

test("a policy becomes a package that brings it", async () => {
    const paths = SIGNATURE_ALGORITHMS.map(algorithm => {
        const path = join(folder, `${algorithm}.pub`)
        writeFileSync(path, JSON.stringify(publicPart(keys[algorithm])))
        return path
    })
    const file = Buffer.from(JSON.stringify({ threshold: 2, keys: paths }))
    const parts = makePackage("policy.json", file, { ...OPTIONS, sequence: 2 })
    const bytes = encodeEnvelope(await signEnvelope(parts, await unlockKey("k", keys.EdDSA, PASSPHRASE)))
    const policy = { version: 1, threshold: 1, keys: [trustedKeyOf(keys.EdDSA)] }
    const { refusal, offer } = await receive(bytes, { policy })
    expect(refusalName(refusal)).toBe("none")
    expect(offer!.policy).toEqual({
        version: 2,
        threshold: 2,
        keys: SIGNATURE_ALGORITHMS.map(algorithm => trustedKeyOf(keys[algorithm])),
    })
})

test.each([
    ["{}", "no trust policy"],
    ['{"threshold": 2, "keys": ["a"]}', "no trust policy: 2 of 1 keys"],
    ["nonsense", "no SUIT envelope"],
])("what is neither image, policy nor package is refused: %s", (text, complaint) => {
    expect(() => makePackage("f", Buffer.from(text), OPTIONS)).toThrow(complaint)
})

test("what a new package lacks is named", () => {
    expect(() => makePackage("a.devs", PROGRAM, { sequence: 7, vendor: "example.com" })).toThrow(
        "a.devs: a new package needs --model, --board as well",
    )
})

describe("inspect", () => {
    test("shows every part of a package", async () => {
        const report = await inspectPackage("a.suit", GOOD, [])
        expect(report).toMatchObject({ digestMatches: true, verdict: { refusal: "none", authentic: false } })
        expect(report.members.map(({ key }) => key)).toEqual([3, 23, "#firmware"])
        const install = report.manifest.find(({ name }) => name === "install")!
        expect(install.items!.map(({ name }) => name)).toContain("check board (Domovoi)")
    })

    test.each(DRAFT_EXAMPLES)("reads example %s of the draft", async (_, hex) => {
        const { digestMatches, signatures, manifest, verdict } = await inspectPackage("e", Buffer.from(hex, "hex"), [])
        expect(digestMatches).toBe(true)
        expect(signatures).toEqual([{ kind: "COSE_Sign1", algorithm: "ES256", keyId: undefined, bytes: 64 }])
        expect(manifest[0]).toEqual({ name: "version", value: "1" })
        expect(verdict.refusal).toMatch(/^components?$/)
        const key = { algorithm: -7, keyId: Buffer.from("draft"), publicKey: DRAFT_KEY }
        expect((await inspectPackage("e", Buffer.from(hex, "hex"), [key])).verdict.refusal).toBe("keyIdMissing")
    })

    test("tells a manifest that is not the signed one", async () => {
        const changed = Buffer.from(GOOD)
        changed[GOOD.indexOf("valve_pico")] ^= 1
        const { digestMatches, verdict } = await inspectPackage("a.suit", changed, [])
        expect([digestMatches, verdict.refusal]).toEqual([false, "manifestDigest"])
    })

    test("refuses what is no envelope, however it was cut or changed, without another error", async () => {
        for (let length = 0; length < GOOD.length; length += 3)
            await expect(inspectPackage("a.suit", GOOD.subarray(0, length), [])).rejects.toThrow("a.suit: ")
        for (let at = 0; at < GOOD.length; at++) {
            const changed = Buffer.from(GOOD)
            changed[at] ^= 0x80
            await inspectPackage("a.suit", changed, []).catch(error => expect(error.name).toBe("InputError"))
        }
    })
})

test("class identifiers lie in their vendor's namespace", () => {
    expect(classIdOf("example.com", "gas-valve")).not.toEqual(classIdOf("example.org", "gas-valve"))
})

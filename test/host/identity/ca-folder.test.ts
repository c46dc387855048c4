import { X509Certificate as OpenSslCertificate } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { describeCa } from "../../../src/host/identity/ca-description"
import { type CaFolder, createCaFolder, openCaFolder, unlockCa } from "../../../src/host/identity/ca-folder"
import { KEY_ALGORITHMS, type KeyAlgorithm } from "../../../src/host/identity/key-algorithm"
import { der, issue, NOW, temporaryFolder } from "./factory"

const PASSPHRASE = "correct hörse battery"

function create(path: string, algorithm: KeyAlgorithm = "ed25519"): Promise<CaFolder> {
    return createCaFolder(path, PASSPHRASE, { name: "Hearth Works", algorithm, now: NOW })
}

// Each key that is derived costs half a second: the tests that only read share one authority of each kind.
const shared = mkdtempSync(join(tmpdir(), "domovoi-ca-"))
beforeAll(async () => {
    for (const algorithm of KEY_ALGORITHMS) await create(join(shared, "new", algorithm), algorithm)
})
afterAll(() => rmSync(shared, { recursive: true }))

describe.each(KEY_ALGORITHMS)("an authority with a %s key", algorithm => {
    const path = join(shared, "new", algorithm)

    test("signs for whoever knows the passphrase, on any keyboard", async () => {
        const ca = await unlockCa(openCaFolder(path), PASSPHRASE.normalize("NFD"))
        const certificate = new OpenSslCertificate(await issue(ca))
        expect(certificate.verify(new OpenSslCertificate(der(ca)).publicKey)).toBe(true)
    })

    test("says what it is without it", () => {
        expect(describeCa(openCaFolder(path))).toEqual({
            subject: "O=Hearth Works, CN=Device CA",
            algorithm,
            fingerprint: new OpenSslCertificate(openCaFolder(path).certificate.toString("pem")).fingerprint256
                .replaceAll(":", "")
                .toLowerCase(),
            notBefore: NOW,
            notAfter: new Date("9999-12-31T23:59:59Z"),
            issued: 0,
            revoked: 0,
        })
    })

    test("is one file, which only its owner reads", () => {
        expect(readdirSync(path)).toEqual(["ca.json"])
        expect(statSync(join(path, "ca.json")).mode & 0o777).toBe(0o600)
    })
})

test("a wrong passphrase opens nothing", async () => {
    const folder = openCaFolder(join(shared, "new/p256"))
    const complaint = `${join(folder.path, "ca.json")}: wrong passphrase (or the file was changed)`
    await expect(unlockCa(folder, `${PASSPHRASE}!`)).rejects.toThrow(complaint)
})

test("of two authorities that are made at once in one place, the first stays", async () => {
    const path = temporaryFolder()
    const made = await Promise.allSettled([create(path), create(path)])
    const kept = made.flatMap(outcome => (outcome.status === "fulfilled" ? outcome.value.encryptedKey : []))
    const refused = made.flatMap(outcome => (outcome.status === "rejected" ? outcome.reason.message : []))
    expect(refused).toEqual([
        `${join(path, "ca.json")}: there is a CA already, and it is never overwritten; choose another --dir`,
    ])
    expect(kept).toEqual([openCaFolder(path).encryptedKey])
})

describe("a file that somebody changed", () => {
    function changed(...[from, to]: [from: string | RegExp, to: string]): string {
        const path = temporaryFolder()
        const text = readFileSync(join(shared, "new/p256/ca.json"), "utf8")
        expect(text).toMatch(from)
        writeFileSync(join(path, "ca.json"), text.replace(from, to))
        return path
    }

    test("does not open with another certificate in it: the key is bound to its own", async () => {
        const { certificate } = openCaFolder(join(shared, "new/ed25519"))
        const path = changed(/"certificate": ".*"/, `"certificate": "${certificate.toString("base64")}"`)
        await expect(unlockCa(openCaFolder(path), PASSPHRASE)).rejects.toThrow(
            "wrong passphrase (or the file was changed)",
        )
    })

    test.each([
        ["a cheap scrypt", '"N": 131072', '"N": 16384'],
        ["a ruinous scrypt", '"N": 131072', '"N": 1073741824'],
        ["scrypt many times over", '"p": 1', '"p": 1000'],
        ["another cipher", "aes-256-gcm", "aes-256-cbc"],
        ["another version", '"version": 1', '"version": 2'],
        ["no certificate", '"certificate"', '"certificates"'],
        // Of the last character before == only two bits count, and those of B are not in its lowest four.
        ["base64 with bits that mean nothing", /.==",\n +"cipher"/, 'B==","cipher"'],
    ])("cannot bring %s", (_name, from, to) => {
        const path = changed(from, to)
        expect(() => openCaFolder(path)).toThrow("ca.json: this is no CA of version 1; restore it from a backup")
    })
})

test("a folder without an authority is told from one", () => {
    expect(() => openCaFolder("nowhere")).toThrow('nowhere/ca.json: no such file; make a CA with "domovoi ca init"')
})

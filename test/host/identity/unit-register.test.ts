import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import fs, { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import type { FileSystem } from "../../../src/host/identity/durable-file"
import { fingerprint } from "../../../src/host/identity/fingerprint"
import { type ManufactureEntry, ManufactureLog } from "../../../src/host/identity/manufacture-log"
import { UnitRegister } from "../../../src/host/identity/unit-register"
import { authority, certify, DOORBELL, NOW, seeded, temporaryFolder, unitKey } from "./factory"
import { Crash, dyingFiles, quickFiles } from "./faulty-files"

const ca = await authority("ed25519")

function register(path: string, files: FileSystem = quickFiles): UnitRegister {
    return new UnitRegister({ path, certificate: ca.certificate }, files)
}

describe("one serial number, one certificate", () => {
    test("the same unit gets the same one, by any process and at any time", async () => {
        const path = temporaryFolder()
        const first = await certify(register(path), ca, "unit")
        expect(await certify(register(path), ca, "unit")).toBe(first)
        expect(register(path).serials()).toEqual(["DB-0001"])
        expect(fingerprint(register(path).certificate("DB-0001")!)).toBe(first)
    })

    test("another key is refused, and so is another description", async () => {
        const path = temporaryFolder()
        const first = await certify(register(path), ca, "unit")
        expect(await certify(register(path), ca, "another unit")).toBe("otherKey")
        for (const change of [{ model: "Bell" }, { board: "valve_pico" }, { securityClass: 1 }] as const)
            expect(await certify(register(path), ca, "unit", change)).toBe("otherDescription")
        expect(await certify(register(path), ca, "unit")).toBe(first)
    })

    test("a revoked one is not made again", async () => {
        const path = temporaryFolder()
        const first = await certify(register(path), ca, "unit")
        const { certificateSerial, ...revocation } = register(path).revoke("DB-0001", "keyCompromise", NOW)
        expect(revocation).toEqual({ reason: "keyCompromise", at: NOW })
        expect(register(path).revoke("DB-0001", "superseded", new Date())).toMatchObject(revocation)
        expect([...register(path).revoked()]).toEqual([certificateSerial])
        expect(await certify(register(path), ca, "unit")).toBe("revoked")
        expect(await certify(register(path), ca, "another unit")).toBe("revoked")
        expect(fingerprint(register(path).certificate("DB-0001")!)).toBe(first)
        expect(() => register(path).revoke("DB-0002", "unspecified", NOW)).toThrow(
            "unit DB-0002: this CA has issued no certificate",
        )
    })

    /** Two ask at the same moment. */
    async function twoAtOnce(files?: FileSystem): Promise<string[]> {
        const units = register(temporaryFolder(), files)
        return Promise.all([certify(units, ca, "one"), certify(units, ca, "another")])
    }

    test("of two that ask at once, one gets a certificate; a file that is renamed into place would give both one", async () => {
        expect((await twoAtOnce()).filter(answer => answer === "otherKey")).toHaveLength(1)
        // Like a rename, a copy replaces what is there.
        const both = await twoAtOnce({ ...quickFiles, linkSync: fs.copyFileSync })
        expect(both).not.toContain("otherKey")
        expect(new Set(both).size).toBe(2)
    })

    test("of two processes with keys of their own, one gets each certificate", async () => {
        const path = temporaryFolder()
        const processes = ["one", "another"].map(key => claimant(path, key))
        for (let i = 0; i < 20; i++) {
            const serial = `DB-${i}`
            const answers = await Promise.all(processes.map(ask => ask(serial)))
            const winners = answers.filter(answer => answer !== "otherKey")
            expect(winners).toEqual([fingerprint(register(path).certificate(serial)!)])
        }
    })

    /** @returns a function that has a process of its own ask for a certificate */
    function claimant(path: string, key: string): (serial: string) => Promise<string> {
        const script = join(import.meta.dirname, "claim-serials.ts")
        const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", script, path, key], {
            stdio: ["pipe", "pipe", "inherit"],
        })
        onTestFinished(() => void child.stdin!.end())
        return async serial => {
            child.stdin!.write(`${serial}\n`)
            const [answer] = await once(child.stdout!, "data")
            return `${answer}`.trim()
        }
    }
})

test("the pairing secret is made once, and only its owner reads it", () => {
    const path = temporaryFolder()
    const secret = register(path).pairingSecret("DB-0001", seeded("one"))
    expect(register(path).pairingSecret("DB-0001", seeded("another"))).toEqual(secret)
    expect(register(path).pairingSecret("DB-0002", seeded("another"))).not.toEqual(secret)
    expect(statSync(join(path, "units/DB-0001/pairing-secret")).mode & 0o777).toBe(0o600)
})

test("nothing is read or written outside its folder", () => {
    const units = register(temporaryFolder())
    const complaint = 'serial number "../DB-0001" cannot be used'
    expect(() => units.pairingSecret("../DB-0001", seeded("one"))).toThrow(complaint)
    expect(() => units.certificate("../DB-0001")).toThrow(complaint)
})

describe("what is damaged is named, and nothing is made in its place", () => {
    test.each([
        ["certificate.der", "not this CA's certificate of the unit (malformed); restore a backup"],
        ["revocation.json", "damaged; restore a backup"],
        ["pairing-secret", "7 bytes are no pairing secret; restore a backup"],
    ])("%s", async (name, complaint) => {
        const path = temporaryFolder()
        await makeUnit(path)
        if (name === "revocation.json") register(path).revoke("DB-0001", "unspecified", NOW)
        const file = join(path, "units/DB-0001", name)
        writeFileSync(file, "damaged")
        await expect(makeUnit(path)).rejects.toThrow(`${file}: ${complaint}`)
        expect(readFileSync(file, "utf8")).toBe("damaged")
    })

    test("another unit's certificate in a revoked one's place, which would be revoked instead", async () => {
        const path = temporaryFolder()
        const units = register(path)
        for (const serial of ["DB-0001", "DB-0002"]) await certify(units, ca, serial, { serial })
        units.revoke("DB-0001", "keyCompromise", NOW)
        const file = join(path, "units/DB-0001/certificate.der")
        for (const other of [units.certificate("DB-0002")!, Buffer.alloc(0), Buffer.from("damaged")]) {
            writeFileSync(file, other)
            expect(() => register(path).revoked()).toThrow(
                `${file}: not this CA's certificate of the unit; restore a backup`,
            )
        }
    })

    test("another unit's certificate in its place", async () => {
        const path = temporaryFolder()
        await certify(register(path), ca, "unit")
        await certify(register(path), ca, "unit", { serial: "DB-0002" })
        copyFileSync(join(path, "units/DB-0001/certificate.der"), join(path, "units/DB-0002/certificate.der"))
        await expect(certify(register(path), ca, "unit", { serial: "DB-0002" })).rejects.toThrow("(serialMismatch)")
    })
})

describe("a process that dies in the middle of any operation", () => {
    /** Dies once, and then does it all again. @returns what is wrong then, or whether it came to die at all */
    async function dieAndResume(operation: number, under = quickFiles): Promise<"died" | "finished" | string> {
        const path = temporaryFolder()
        const before: Partial<Made> = {}
        try {
            await makeUnit(path, before, dyingFiles(operation, under))
            return "finished"
        } catch (error) {
            if (!(error instanceof Crash)) throw error
        }
        try {
            const after = await makeUnit(path)
            expect(after).toMatchObject(before)
            expect(readFileSync(after.label)).toEqual(Buffer.from(LABEL.png))
            const logged = new ManufactureLog(path).read().entries.map(({ certificateSha256 }) => certificateSha256)
            expect(logged).toEqual([after.certificate])
            return "died"
        } catch (error) {
            return (error as Error).message
        }
    }

    test("leaves what can be finished: the same certificate, secret and label, and one line in the log", async () => {
        let operation = 0
        for (let outcome = "died"; outcome === "died"; operation++) {
            outcome = await dieAndResume(operation)
            expect(["died", "finished"]).toContain(outcome)
        }
        expect(operation).toBeGreaterThan(40)
    })

    test("for files that are written in place it does not: they are found torn", async () => {
        const inPlace: FileSystem = {
            ...quickFiles,
            openSync: (path, flags, mode) =>
                fs.openSync(`${path}`.replace(/\.[0-9a-f-]{36}\.partial$/, ""), flags, mode),
            linkSync() {},
            unlinkSync() {},
        }
        const outcomes: string[] = []
        for (let operation = 0; operation < 80; operation++) outcomes.push(await dieAndResume(operation, inPlace))
        const torn = ["not this CA's certificate", "8 bytes are no pairing secret", "to deeply equal"]
        for (const complaint of torn) expect(outcomes).toContainEqual(expect.stringContaining(complaint))
    })
})

/** What was made of a unit. */
interface Made {
    certificate: string
    secret: string
    label: string
}

const LABEL = { png: new Uint8Array(2000).fill(1), svg: "<svg/>" }

/** Makes everything of a unit, or what is missing of it. @param made takes each thing as it is handed out */
async function makeUnit(path: string, made: Partial<Made> = {}, files = quickFiles): Promise<Made> {
    const units = register(path, files)
    const certificate = (made.certificate = await certify(units, ca, "unit"))
    // What is made anew would be another one.
    const random = seeded(`${(anew += 1)}`)
    const secret = (made.secret = Buffer.from(units.pairingSecret("DB-0001", random)).toString("hex"))
    const label = (made.label = units.keepLabel("DB-0001", LABEL).png)
    const entry: ManufactureEntry = {
        ...DOORBELL,
        algorithm: "ed25519",
        publicKeySha256: fingerprint(unitKey("ed25519")),
        certificateSha256: certificate,
        firmwareSha256: fingerprint(new Uint8Array()),
        at: NOW.toISOString(),
    }
    new ManufactureLog(path, files).append(entry)
    return { certificate, secret, label }
}

let anew = 0

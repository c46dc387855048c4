/** Who writes files, and which of them nobody else may read. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { CheckedCache } from "../../src/host/build/checked-cache"
import { buildFirmware } from "../../src/host/build/firmware"
import { createCaFolder, openCaFolder, unlockCa } from "../../src/host/identity/ca-folder"
import { UnitRegister } from "../../src/host/identity/unit-register"
import { OutputFile } from "../../src/host/output-file"
import { makeKey, readKeyFile, saveKey, unlockKey } from "../../src/host/package/signing-key"
import { PRIVATE_FILE, writePrivateFile } from "../../src/host/private-file"
import { SessionFile } from "../../src/host/session/session-file"
import { makeBundle } from "../../src/host/unit/bundle"
import { UnitFile } from "../../src/host/unit/unit-file"
import { authority, NOW, seeded } from "./identity/factory"
import { register, VALVE } from "./unit/factory"

const folder = mkdtempSync(join(tmpdir(), "domovoi-private-"))
const path = (name: string) => join(folder, name)
let umask: number
beforeAll(() => {
    // The most careless of all.
    umask = process.umask(0)
})
afterAll(() => {
    process.umask(umask)
    rmSync(folder, { recursive: true })
})

const PASSPHRASE = "correct horse battery"
const ca = await authority("ed25519")

/** What writes what is private: a name, the file, how it comes to be, and what is done with it when it is there. */
const WRITERS: Record<string, { file: string; write: () => Promise<unknown>; again: () => Promise<unknown> }> = {
    "a private file": {
        file: "any",
        write: async () => writePrivateFile(path("any"), "secret"),
        again: async () => writePrivateFile(path("any"), "another secret"),
    },
    "a simulated unit": {
        file: "unit.json",
        write: async () => {
            const { image } = await buildFirmware("gas-valve")
            const unit = await UnitFile.make(path("unit.json"), { board: "valve_pico", serial: "A", image })
            await unit.close()
        },
        again: async () => (await UnitFile.open(path("unit.json"))).close(),
    },
    "a memory image": { file: "bundle/fram.bin", write: bundle, again: bundle },
    "an authority": {
        file: "ca/ca.json",
        write: () => createCaFolder(path("ca"), PASSPHRASE, { name: "A", algorithm: "ed25519", now: NOW }),
        again: () => unlockCa(openCaFolder(path("ca")), PASSPHRASE),
    },
    "a pairing secret": {
        file: "ca/units/A/pairing-secret",
        write: async () => unitsOf("ca").pairingSecret("A", seeded("secret")),
        again: async () => unitsOf("ca").pairingSecret("A", seeded("another")),
    },
    "a label": {
        file: "ca/units/A/label.svg",
        write: keepLabel,
        again: keepLabel,
    },
    "a signing key": {
        file: "release.key",
        write: async () => saveKey(path("release.key"), await makeKey("EdDSA", PASSPHRASE, seeded("key"))),
        again: () => unlockKey(path("release.key"), readKeyFile(path("release.key")), PASSPHRASE),
    },
    "a session": {
        file: "session.json",
        write: async () => keepSession(true),
        again: async () => keepSession(false),
    },
    "an entry of a private cache": { file: "cache/unit.checked", write: cached, again: cached },
}

async function keepSession(isNew: boolean): Promise<void> {
    const file = SessionFile.open(path("session.json"), "A", isNew)
    await file.set("keys0", Buffer.from("secret")).finally(file.close)
}

async function keepLabel(): Promise<unknown> {
    return unitsOf("ca").keepLabel("A", { png: Buffer.of(1), svg: "<svg/>" })
}

async function cached(): Promise<unknown> {
    return new CheckedCache(path("cache"), 100, PRIVATE_FILE).get("unit", async () => Buffer.from("keys"))
}

const units = register(ca)
async function bundle(): Promise<unknown> {
    const firmware = await buildFirmware("gas-valve")
    const identity = { unit: VALVE, isTestUnit: false, ca, register: units, now: NOW, random: seeded("bundle") }
    return makeBundle({ ...identity, folder: path("bundle"), firmware, deviceId: "e6614c311b7e6f2a" })
}

function unitsOf(name: string): UnitRegister {
    return new UnitRegister({ path: path(name), certificate: ca.certificate })
}

const modeOf = (file: string) => statSync(path(file)).mode & 0o777

describe("nobody else reads", () => {
    test.each(Object.entries(WRITERS))("%s", async (_name, { file, write, again }) => {
        await write()
        expect(modeOf(file)).toBe(0o600)
        // As an earlier version has left it.
        chmodSync(path(file), 0o666)
        await again()
        expect(modeOf(file)).toBe(0o600)
    })

    test("not even while it is being written", () => {
        writeFileSync(path("old"), "old", { mode: 0o644 })
        const file = new OutputFile(path("old"), PRIVATE_FILE)
        const partial = readdirSync(folder).find(name => name.startsWith("old.") && name.endsWith(".partial"))
        expect(modeOf(String(partial))).toBe(0o600)
        file.discard()
        expect(modeOf("old")).toBe(0o644)
    })
})

/**
 * Every place that writes a file, and what. Whoever adds one says which it is: with a key or a secret in it, it goes through `private-file` and
 * into the table above.
 */
const PRIVATE = [
    "src/host/identity/ca-folder.ts",
    "src/host/identity/unit-register.ts",
    "src/host/lock-file.ts",
    "src/host/package/signing-key.ts",
    "src/host/session/session-file.ts",
    "src/host/unit/bundle.ts",
    "src/host/unit/simulated-factory.ts",
    "src/host/unit/unit-file.ts",
]
const PUBLIC = {
    "src/cli/board-command.ts": "a drawing of a circuit",
    "src/cli/build-command.ts": "an image",
    "src/cli/ca-command.ts": "a list of revocations",
    "src/cli/conform-command.ts": "a declaration, for everybody who tries the device",
    "src/cli/known-key-command.ts": "a public key, and a table of its multiples",
    "src/cli/log-command.ts": "a log, which the unit tells everybody",
    "src/cli/report-command.ts": "a conformance report, or its signature",
    "src/cli/sbom-command.ts": "a bill of materials",
    "src/cli/sign-command.ts": "a package",
    "src/host/build/checked-cache.ts": "with the mode that its owner gives",
    "src/host/build/compiler.ts": "sources, in a folder that lasts as long as the compilation",
    "src/host/conformance/hostile-program.ts": "a source, in a folder that lasts as long as its compilation",
    "src/host/conformance/lease.ts": "who has a bench",
    "src/host/conformance/results-folder.ts": "a digest of what a run was begun with",
    "src/host/conformance/report/files.ts": "what a device was found to be",
    "src/host/conformance/run-journal.ts": "the same, unfinished",
    "src/host/emulator/emulate.ts": "a trace",
    "src/host/eventlog/witness-file.ts": "numbers and a digest",
    "src/host/identity/ca-moments.ts": "a list of revocations",
    "src/host/identity/manufacture-log.ts": "nothing of it is secret",
    "src/host/kernels/generate.ts": "sources",
    "src/host/project-files.ts": "what a maker's project begins with",
    "src/host/sim/simulate.ts": "a trace",
    "src/host/unit/first-policy.ts": "whose updates a unit takes",
    "src/host/update/file-journal.ts": "grants, packages and policies",
}
/** These only pass on what they are given. */
const MEANS = ["src/host/identity/durable-file.ts", "src/host/output-file.ts", "src/host/private-file.ts"]

const WRITES =
    /\b(writeOutputFile|writePrivateFile|createOnce|appendLine|new OutputFile|writeFile(Sync)?|PRIVATE_FILE)\b(?!.* from )/

function writersIn(root: string): string[] {
    return readdirSync(root, { recursive: true, encoding: "utf8" })
        .map(file => join(root, file))
        .filter(file => file.endsWith(".ts") && isWriter(readFileSync(file, "utf8")))
}

function isWriter(source: string): boolean {
    return source.split("\n").some(line => !line.startsWith("import ") && WRITES.test(line))
}

test("every writer of files is known, and what it writes", () => {
    expect(isWriter("    writeFileSync(path, key)")).toBe(true)
    expect(writersIn("src").sort()).toEqual([...PRIVATE, ...Object.keys(PUBLIC), ...MEANS].sort())
    for (const file of PRIVATE)
        expect(readFileSync(file, "utf8"), file).toMatch(
            /import .*\b(PRIVATE_FILE|writePrivateFile)\b.* from ".*private-file"/,
        )
})

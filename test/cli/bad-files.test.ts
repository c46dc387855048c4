import { randomBytes } from "node:crypto"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-bad-files-"))
afterAll(() => rmSync(folder, { recursive: true }))

const nested = (open: string, depth: number) => open.repeat(depth)
const deepCbor = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x81), Buffer.of(0)])
/** An envelope, tag 107, around members. */
const envelope = (...members: string[]) =>
    Buffer.from(`d86b${(0xa0 + members.length / 2).toString(16)}${members.join("")}`, "hex")
/** A byte string, of up to 255 bytes. */
const bytes = (hex: string) => `58${(hex.length / 2).toString(16).padStart(2, "0")}${hex}`
/** What could be the authentication: a digest and one signature, whatever they say. */
const AUTHENTICATION = bytes(`82${bytes("00")}${bytes("d28441a0a04000")}`)

/** Kinds of file that are not what any command asks for; a function makes what is more than its bytes. */
const KINDS: Record<string, Buffer | string | ((path: string) => void)> = {
    missing: () => {},
    folder: path => mkdirSync(path),
    empty: "",
    rubbish: randomBytes(4096),
    zeros: Buffer.alloc(4096),
    huge(path) {
        writeFileSync(path, "{")
        truncateSync(path, 1 << 30)
    },
    // Of readers of JSON, YAML and CBOR.
    "deep-json": nested("[", 100_000),
    "deep-object": nested('{"a":', 40_000),
    "deep-block": nested("- ", 60_000),
    "json-null": "null",
    prototype: '{"__proto__": {"version": 1}, "constructor": 1}',
    "json-names": '{"version": 1, "board": "constructor", "threshold": 1, "keys": ["\\u0000"]}',
    "yaml-bomb": `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefghij"].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[i]}`)}]\n`).join("")}`,
    "yaml-circle": "devices: &a\n  b: *a\n",
    "yaml-tags": "title: !!js/function x\nduration: !!binary aGVsbG8=\n",
    "deep-cbor": deepCbor(100_000),
    "deep-tags": Buffer.concat([Buffer.alloc(100_000, 0xc6), Buffer.of(0)]),
    "endless-cbor": Buffer.alloc(100_000, 0x9f),
    "long-array": Buffer.from("9affffffff", "hex"),
    "shared-cbor": Buffer.from("d81c81d81d00", "hex"),
    "shared-envelope": envelope("02", AUTHENTICATION, "03", bytes("d81c82d81d00d81d00")),
    "deep-manifest": envelope("02", AUTHENTICATION, "03", bytes(`${"81".repeat(120)}00`)),
    "native-name": envelope("02", AUTHENTICATION, "03", bytes("a16b636f6e7374727563746f7200")),
    "large-key": envelope("02", AUTHENTICATION, "03", bytes("a0"), "1bffffffffffffffff", bytes("00")),
    "array-key": envelope("02", AUTHENTICATION, "03", bytes("a0"), "8100", bytes("00")),
    "no-digest": envelope("02", bytes("8140"), "03", bytes("a0")),
}

interface Place {
    /** What the file is called beside its kind, or as what it lies in a folder `KIND-in`. */
    extension?: string
    into?: string
    /** Makes what names the file. */
    needs?: (file: string) => void
    /** Kinds to try, where each takes a second; all if left out. */
    kinds?: readonly string[]
    /** Kinds that are good there. */
    but?: readonly string[]
}

const FEW = ["folder", "empty", "rubbish", "huge", "native-name"]
const ENVELOPES = ["shared-envelope", "deep-manifest", "native-name", "no-digest"]
const PROVISION = "provision --board valve_pico --serial GV-0001 --class 1 --passphrase-file"
const NEW = "--passphrase-file passphrase --sequence 1 --vendor a.example --model m --board b"

/** Every place in a command line where a file is named, as @. What is said beside it is good. */
const COMMANDS: Record<string, Place> = {
    "sim @": {},
    "sim @.yaml": { extension: ".yaml" },
    "sim world-of.yaml": {
        extension: ".devs",
        needs: file => writeFileSync(join(folder, "world-of.yaml"), WORLD.replace("gas-valve", `./${file}`)),
    },
    "build @": {},
    "sbom @": {},
    "ca show --dir @": {},
    "ca show --dir @-in": { into: "ca.json" },
    "ca init --dir @ --passphrase-file passphrase": { but: ["missing", "folder"] },
    "ca init --dir new-ca --passphrase-file @": { kinds: FEW },
    "ca revoke GV-0001 --dir @-in": { into: "ca.json" },
    "ca crl --dir @-in -o out --passphrase-file passphrase": { into: "ca.json" },
    "ca crl -o out --passphrase-file @": { kinds: FEW },
    [`${PROVISION} @`]: { kinds: FEW },
    [`${PROVISION} passphrase --ca @`]: { kinds: FEW },
    [`${PROVISION} passphrase --policy @`]: { kinds: FEW },
    [`${PROVISION} passphrase --firmware @`]: { kinds: FEW },
    [`${PROVISION} passphrase --unit @`]: { kinds: FEW },
    [`${PROVISION} passphrase --target bundle --device-id 0123456789abcdef -o @-in`]: { into: "fram.bin", kinds: FEW },
    "attest --json --unit @": {},
    "attest --json --unit @ --ca @": {},
    "attest --json --unit unit.json --ca ca.pem --crl @": {},
    "log pull --json -o out --unit @": {},
    "log verify --json @": {},
    "log verify --json good.log --witness @": {},
    "log verify --json good.log --ca @": {},
    "keygen -o new.key --passphrase-file @": { kinds: FEW },
    "sign @ -o out --key a.key --passphrase-file passphrase": { but: ENVELOPES },
    [`sign image.devs -o out --key @ ${NEW}`]: {},
    [`sign policy.json -o out --key a.key ${NEW}`]: {
        needs: file => writeFileSync(join(folder, "policy.json"), JSON.stringify({ threshold: 1, keys: [file] })),
    },
    "inspect --json @": {},
    "inspect --json v1.suit --key @": {},
    "update --json @ --unit unit.json": {},
    "update --json v1.suit --unit unit.json --last-good @": {},
    "update --json v1.suit --unit @": {},
}

const WORLD = `title: A test
duration: 10ms
devices:
    valve: { board: valve_pico, firmware: gas-valve }
`

beforeAll(async () => {
    const good = async (line: string) => {
        const { status, stderr } = await commandInProcess(folder, ...line.split(" "))
        expect([line, stderr, status]).toEqual([line, "", 0])
    }
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    await good("ca init --passphrase-file passphrase")
    await good("keygen -o a.key --passphrase-file passphrase")
    await good("build gas-valve -o image.devs")
    await good(`sign image.devs -o v1.suit --key a.key ${NEW}`)
    const ca = await commandInProcess(folder, "ca", "show", "--pem")
    writeFileSync(join(folder, "ca.pem"), ca.stdout)
    // A log of nobody: one empty byte string.
    writeFileSync(join(folder, "good.log"), Buffer.of(0x40))
    for (const [kind, content] of Object.entries(KINDS)) make(join(folder, kind), content)
})

function make(path: string, content: (typeof KINDS)[string]): void {
    if (typeof content === "function") content(path)
    else writeFileSync(path, content)
}

describe.each(Object.entries(COMMANDS))("domovoi %s", (commandLine, place) => {
    const { extension, into, needs, kinds = Object.keys(KINDS), but = [] } = place
    test.each(kinds.filter(kind => !but.includes(kind)))("%s", async kind => {
        const content = KINDS[kind]
        const file = `${kind}${extension ?? ""}`
        if (extension) {
            rmSync(join(folder, file), { recursive: true, force: true })
            make(join(folder, file), content)
        }
        if (into) {
            rmSync(join(folder, `${kind}-in`), { recursive: true, force: true })
            mkdirSync(join(folder, `${kind}-in`))
            make(join(folder, `${kind}-in`, into), content)
        }
        needs?.(file)
        const line = commandLine.replaceAll("@", kind)
        const before = readdirSync(folder).sort()
        const { status, stdout, stderr } = await commandInProcess(folder, ...line.split(" "))
        if (status === 1) {
            expect(JSON.parse(stdout)).toBeTypeOf("object")
            expect(stderr).toBe("")
            return
        }
        expect([stderr.split("\n").length, stdout, status]).toEqual([2, "", 2])
        expect(stderr).toMatch(/^domovoi: .+\n$/)
        expect(stderr.length).toBeLessThan(1100)
        expect(stderr).not.toMatch(/ {4}at |\[native code\]|fault of this program/)
        expect(readdirSync(folder).sort()).toEqual(before)
    })
})

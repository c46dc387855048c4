import fs, {
    chmodSync,
    lstatSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { createOnce, type FileSystem } from "../../src/host/identity/durable-file"
import { OutputFile, type OutputFileSystem, writeOutputFile } from "../../src/host/output-file"

function temporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-output-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    return folder
}

/** A disk on which an operation finds no room, after half of it. */
function fullDisk(operation: keyof OutputFileSystem | keyof FileSystem): OutputFileSystem & FileSystem {
    const noRoom = (descriptor: number, bytes: Uint8Array) => {
        if (operation === "writeSync") fs.writeSync(descriptor, bytes, 0, bytes.length >> 1)
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })
    }
    return { ...fs, [operation]: noRoom }
}

function written(path: string, content: string, files?: OutputFileSystem): void {
    const file = new OutputFile(path, undefined, files)
    file.write(content)
    file.keep()
}

describe("a disk without room", () => {
    test.each(["writeSync", "renameSync", "openSync"] as const)(
        "%s: the old file stays, and nothing beside it",
        operation => {
            const folder = temporaryFolder()
            const path = join(folder, "a")
            writeFileSync(path, "old")
            expect(() => written(path, "new", fullDisk(operation))).toThrow(`${path}: cannot be written: ENOSPC`)
            expect([readdirSync(folder), readFileSync(path, "utf8")]).toEqual([["a"], "old"])
        },
    )

    test("in the middle of much: what is written later is refused, and to discard it again does no harm", () => {
        const folder = temporaryFolder()
        const file = new OutputFile(join(folder, "a"), undefined, fullDisk("writeSync"))
        expect(() => file.write("x".repeat(2_000_000))).toThrow("ENOSPC")
        file.discard()
        expect(readdirSync(folder)).toEqual([])
    })

    test.each(["writeSync", "fsyncSync", "linkSync", "openSync"] as const)(
        "%s: what is made once is not made, and nothing is left of it",
        operation => {
            const folder = temporaryFolder()
            const path = join(folder, "a")
            expect(() => createOnce(fullDisk(operation), path, "new", 0o600)).toThrow(
                `${path}: cannot be written: ENOSPC`,
            )
            expect(readdirSync(folder)).toEqual([])
        },
    )
})

describe("what is there", () => {
    test("a file is replaced, and keeps its mode", () => {
        const path = join(temporaryFolder(), "a")
        writeFileSync(path, "old")
        chmodSync(path, 0o600)
        writeOutputFile(path, "new")
        expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["new", 0o600])
    })

    test("a link is followed and stays one", () => {
        const folder = temporaryFolder()
        mkdirSync(join(folder, "b"))
        writeFileSync(join(folder, "b/target"), "old")
        symlinkSync("b/target", join(folder, "link"))
        writeOutputFile(join(folder, "link"), "new")
        expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true)
        expect(readFileSync(join(folder, "b/target"), "utf8")).toBe("new")
        expect([readdirSync(folder).sort(), readdirSync(join(folder, "b"))]).toEqual([["b", "link"], ["target"]])
    })

    test.each([
        ["a link to nothing", "nowhere", "it is a link to what is not there"],
        ["a link to itself", "link", "ELOOP"],
        ["a link to a folder", ".", "it is a folder"],
    ])("%s is refused", (_, target, why) => {
        const folder = temporaryFolder()
        symlinkSync(target, join(folder, "link"))
        expect(() => writeOutputFile(join(folder, "link"), "new")).toThrow(`cannot be written: ${why}`)
        expect(readdirSync(folder)).toEqual(["link"])
    })

    test.each(["", "a\0b", "x".repeat(300), "nowhere/a"])("no file: %j", name => {
        const folder = temporaryFolder()
        expect(() => writeOutputFile(name && join(folder, name), "new")).toThrow("cannot be written: ")
        expect(readdirSync(folder)).toEqual([])
    })

    // No real device: a fault here would put a file in its place.
    const device = { ...fs, statSync: () => ({ isFIFO: () => false, isCharacterDevice: () => true }) as fs.Stats }

    test("a device is written to as it is", () => {
        const folder = temporaryFolder()
        const path = join(folder, "device")
        writeFileSync(path, "")
        const { ino } = lstatSync(path)
        written(path, "new", device as unknown as OutputFileSystem)
        expect([readFileSync(path, "utf8"), lstatSync(path).ino, readdirSync(folder)]).toEqual(["new", ino, ["device"]])
    })

    test("a device that takes nothing is refused, and left there", () => {
        const folder = temporaryFolder()
        const path = join(folder, "device")
        writeFileSync(path, "")
        const full = { ...device, writeSync: fullDisk("writeSync").writeSync } as unknown as OutputFileSystem
        expect(() => written(path, "new", full)).toThrow(`${path}: cannot be written: ENOSPC`)
        expect(readdirSync(folder)).toEqual(["device"])
    })

    test("a socket or a disk is refused", () => {
        const folder = temporaryFolder()
        const no = () => false
        const disk = {
            ...fs,
            statSync: () => ({ isFIFO: no, isCharacterDevice: no, isDirectory: no, isFile: no }) as fs.Stats,
        }
        const path = join(folder, "disk")
        expect(() => written(path, "new", disk as unknown as OutputFileSystem)).toThrow("it is no file, pipe or ")
        expect(readdirSync(folder)).toEqual([])
    })
})

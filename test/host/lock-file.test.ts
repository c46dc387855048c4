import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeEach, describe, expect, test } from "vitest"
import type { FileSystem } from "../../src/host/identity/durable-file"
import { LockedError, type LockHolder, takeLock, withLock } from "../../src/host/lock-file"

const folder = mkdtempSync(join(tmpdir(), "domovoi-lock-"))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, "unit.json")
const lock = `${path}.lock`
beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    writeFileSync(path, "{}")
})

/** Number of a process that has ended. */
const DEAD = spawnSync(process.execPath, ["-e", ""]).pid

const holder = (changes: Partial<LockHolder> = {}): LockHolder => ({
    token: crypto.randomUUID(),
    pid: DEAD,
    host: hostname(),
    command: "domovoi update",
    since: "2026-01-02T03:04:05.000Z",
    ...changes,
})
const plant = (file: string, changes?: Partial<LockHolder>) => {
    const planted = holder(changes)
    writeFileSync(file, JSON.stringify(planted))
    return planted
}

describe("a lock", () => {
    test("is held by one until it is given back, and leaves nothing behind", async () => {
        const release = takeLock(path)
        expect(() => takeLock(path)).toThrow(LockedError)
        await expect(withLock(path, async () => "done")).rejects.toThrow(LockedError)
        release()
        expect(await withLock(path, async () => "done")).toBe("done")
        await expect(withLock(path, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed")
        expect(readdirSync(folder)).toEqual(["unit.json"])
    })

    test("is the same by another name of the file", () => {
        symlinkSync(path, join(folder, "alias.json"))
        const release = takeLock(join(folder, "alias.json"))
        expect(() => takeLock(path)).toThrow(LockedError)
        release()
    })

    test("says who holds it, since when, and what to do", () => {
        plant(lock, { pid: process.pid })
        expect(() => takeLock(path)).toThrow(
            `${path}: "domovoi update" is at work on it (process ${process.pid} on ${hostname()}, since 2026-01-02T03:04:05.000Z); wait until`,
        )
    })

    test("of a process that is gone is taken over", () => {
        plant(lock)
        takeLock(path)()
        expect(readdirSync(folder)).toEqual(["unit.json"])
    })

    test("of a process whose number was given again is taken over", () => {
        plant(lock, { pid: process.pid, started: "another boot 1" })
        takeLock(path)()
    })

    test("of another machine counts as held: nothing is known of its processes", () => {
        plant(lock, { host: "elsewhere" })
        expect(() => takeLock(path)).toThrow(`remove ${lock}`)
    })

    test.each(["", "{}", "something else"])("that says not who holds it is not touched: %j", text => {
        writeFileSync(lock, text)
        expect(() => takeLock(path)).toThrow(/no lock of ours.*remove it if no domovoi command runs/)
        expect(readFileSync(lock, "utf8")).toBe(text)
    })

    test("that was removed and taken by another meanwhile stays the other's", () => {
        const release = takeLock(path)
        const other = plant(lock, { pid: process.pid })
        release()
        expect(JSON.parse(readFileSync(lock, "utf8"))).toEqual(other)
    })
})

describe("a stale lock that two want at the same moment", () => {
    /** Between the first's look at the stale lock and its first step to remove it, another does all of it. */
    const interrupted = (step: "linkSync" | "unlinkSync", nth: number, other: () => void): FileSystem => {
        let calls = 0
        return {
            ...fs,
            [step]: (...argv: [string, string]) => {
                if (++calls === nth) other()
                return (fs[step] as (...argv: string[]) => void)(...argv)
            },
        }
    }

    test.each([2, 3])("is taken by one, whenever the other comes in between (link %i)", nth => {
        plant(lock)
        let taken: LockHolder | undefined
        const files = interrupted("linkSync", nth, () => {
            takeLock(path)
            taken = JSON.parse(readFileSync(lock, "utf8"))
        })
        expect(() => takeLock(path, files)).toThrow(LockedError)
        expect(JSON.parse(readFileSync(lock, "utf8"))).toEqual(taken)
    })

    test("is left to whoever has begun to remove it", () => {
        const stale = plant(lock)
        const files = interrupted("unlinkSync", 3, () => expect(() => takeLock(path)).toThrow(LockedError))
        takeLock(path, files)()
        expect(existsSync(`${lock}.${stale.token}`)).toBe(false)
    })

    test("is removed although whoever had begun to is gone, too, and the one after that", () => {
        const first = plant(lock)
        const second = plant(`${lock}.${first.token}`)
        plant(`${lock}.${first.token}.${second.token}`)
        takeLock(path)()
        expect(readdirSync(folder)).toEqual(["unit.json"])
    })
})

describe("real processes", () => {
    interface Contender {
        process: ChildProcess
        say(line: string): Promise<string>
    }

    async function contender(): Promise<Contender> {
        const child = spawn(process.execPath, ["--import", "tsx", "test/host/lock-contender.ts", path])
        const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
        const next = async () => (await lines.next()).value as string
        expect(await next()).toBe("ready")
        return {
            process: child,
            say: line => {
                child.stdin.write(`${line}\n`)
                return next()
            },
        }
    }

    test("that want it at the same moment: one gets it, the others are told who; killed, it is taken over", async () => {
        const contenders = await Promise.all([contender(), contender(), contender()])
        for (let round = 0; round < 40; round++) {
            if (round % 2 === 1) plant(lock)
            const said = await Promise.all(contenders.map(({ say }) => say("take")))
            const winners = contenders.filter((_, n) => said[n] === "got")
            expect(winners, said.join()).toHaveLength(1)
            // Of a stale lock, whoever is at removing it may be named, too.
            const named = round % 2 === 1 ? contenders : winners
            const others = said.filter(word => word !== "got")
            expect(named.map(({ process }) => `held ${process.pid}`)).toEqual(expect.arrayContaining(others))
            await Promise.all(contenders.map(({ say }) => say("release")))
        }
        const [victim, ...survivors] = contenders
        expect(await victim.say("take")).toBe("got")
        const ended = new Promise(resolve => victim.process.once("exit", resolve))
        victim.process.kill("SIGKILL")
        await ended
        expect(existsSync(lock)).toBe(true)
        const said = await Promise.all(survivors.map(({ say }) => say("take")))
        expect(said.filter(word => word === "got")).toHaveLength(1)
        for (const { process } of survivors) process.kill()
    })
})

/** What a host has kept of a unit, and of whoever used it. */
import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { decodeLogFile } from "../eventlog/log-file"
import { readWitness } from "../eventlog/witness-file"
import { readChain } from "../identity/chain"
import { certifiedUnit } from "../identity/device-certificate"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"
import { takeLock } from "../lock-file"
import { FileJournal } from "../update/file-journal"
import { BUNDLE_FILES } from "./bundle"
import { UnitFile } from "./unit-file"

/** A file that is kept of a unit. */
export interface KeptFile {
    path: string
    /** What it is, and what it tells. */
    what: string
    /** What whoever works on it has the lock of, if not of the file itself. */
    lock?: string
}

export interface OfUnit {
    serial?: string
    /** Identifier of the chip, 16 lowercase hex digits. */
    chip?: string
    /** File of the simulated unit. */
    unitFile?: string
    /** Where updates are kept. */
    journal: string
    /** Where logs and witnesses may lie: its files are looked at, not its folders. */
    folder: string
}

/**
 * Finds what is kept of a unit, in the order of their paths. The manufacturer's register (certificate, pairing secret, label, revocation) is not
 * among it: that is the maker's record, and a revocation has to outlive its unit.
 * @throws InputError if a unit file is none
 */
export function keptFilesOf({ serial, chip, unitFile, journal, folder }: OfUnit): KeptFile[] {
    const ofUnit = unitFile !== undefined && existsSync(unitFile)
    const chips = [
        chip,
        ofUnit ? UnitFile.chipOf(unitFile) : undefined,
        ...(serial ? chipsUnderWay(journal, serial) : []),
    ]
    const bundle = unitFile?.replace(/\.json$/, "")
    const found: KeptFile[] = [
        ...(ofUnit ? [{ path: unitFile, what: "the simulated unit itself: its keys, its log, its owners" }] : []),
        ...(bundle ? Object.values(BUNDLE_FILES).map(name => join(bundle, name)) : []).map(path => ({
            path,
            what: "what was made for the factory: program, and memory with the private key",
            lock: bundle,
        })),
        ...[...new Set(chips)].flatMap(known => (known ? new FileJournal(journal).files(known) : [])),
        ...(serial ? logsOf(serial, folder) : []),
    ]
    return found.filter(({ path }) => existsSync(path)).sort((a, b) => (a.path < b.path ? -1 : 1))
}

/**
 * Removes files, and folders that are empty then.
 * @throws LockedError, and nothing is removed, if a command is at work on one; InputError
 */
export function removeAll(kept: readonly KeptFile[]): void {
    const releases: (() => void)[] = []
    try {
        for (const name of new Set(kept.map(({ path, lock = path }) => lock))) releases.push(takeLock(name))
        for (const { path } of kept) remove(path)
    } finally {
        for (const release of releases) release()
    }
    for (const folder of new Set(kept.map(({ path }) => dirname(path)))) removeIfEmpty(folder)
}

function remove(path: string): void {
    try {
        rmSync(path)
    } catch (error) {
        throw new InputError(`${path}: cannot be removed: ${(error as Error).message}; see to it and try again`)
    }
}

function removeIfEmpty(folder: string): void {
    if (folder !== "." && existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}

/** Chips of that serial number whose update is under way: its grants carry their certificate. */
function chipsUnderWay(journal: string, serial: string): string[] {
    const kept = new FileJournal(journal)
    return kept.chips().filter(chip => {
        const course = kept.course(chip)
        return typeof course === "object" && course.grants.some(({ chain }) => serialIn(chain) === serial)
    })
}

function logsOf(serial: string, folder: string): KeptFile[] {
    return readdirSync(folder)
        .map(name => join(folder, name))
        .filter(path => statSync(path, { throwIfNoEntry: false })?.isFile())
        .flatMap(path => {
            if (logSerial(path) === serial) return [{ path, what: "an event log: when what happened" }]
            if (witnessSerial(path) === serial) return [{ path, what: "what was seen of an event log" }]
            return []
        })
}

function logSerial(path: string): string | undefined {
    return unlessOther(() => serialIn(decodeLogFile(path, readInputFile(path)).certificates))
}

function witnessSerial(path: string): string | undefined {
    return unlessOther(() => readWitness(path)?.serial)
}

/** @returns undefined of a file that is something else */
function unlessOther<T>(read: () => T): T | undefined {
    try {
        return read()
    } catch (error) {
        if (error instanceof InputError) return undefined
        throw error
    }
}

/** The serial number that a device's certificate says, whoever issued it: it is not trusted, it names a file. */
function serialIn(chain: Uint8Array): string | undefined {
    const device = readChain(chain)?.[0]
    const certified = device && certifiedUnit(device)
    return certified && "unit" in certified ? certified.unit.serial : undefined
}

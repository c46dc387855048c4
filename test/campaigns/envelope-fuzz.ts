/**
 * A structure-aware fuzzer of the package readers. Two try by turns:
 *
 * - a stranger, who changes signed packages and manifests in any way but cannot sign: nothing may be accepted but what was signed;
 * - an insider, under whose manifests any signature is good: a manifest that is accepted must be in the deterministic encoding.
 *
 * Neither may make the readers throw, or read more of the staging memory than a stated number of times and bytes.
 */
import { Random } from "../../simulators/random"
import { EDDSA } from "../../src/core/cose/eddsa"
import { ES256 } from "../../src/core/cose/es256"
import type { Verifier } from "../../src/core/cose/verifier"
import type { TrustPolicy } from "../../src/core/suit/policy"
import { encodeEnvelope } from "../../src/host/package/envelope"
import { memberDigest } from "../../src/host/package/manifest"
import { type Reception, receive } from "../core/suit/device"
import { copyOf, encodeItem, type Item, isDeterministic, type Place, parseAll, walk } from "./envelope-tree"

export interface Finding {
    input: Buffer
    refusal: number
    /** What is wrong with the readers, if anything is. */
    fault?: string
}

/** What reading the head of a package takes at most; those of the campaign are not larger than 2 KiB. */
const MOST_READS = 64
const MOST_BYTES_READ = 8192

const ALGORITHMS = [EDDSA, ES256]

export interface Seeds {
    /** Packages that a device takes under `policy`. */
    good: readonly Buffer[]
    policy: TrustPolicy
    /** Others, to take parts of. */
    foreign: readonly Buffer[]
    /** What the device checks a stranger's signatures with, if not with those of the good packages. */
    verifiers?: readonly Verifier[]
}

export async function* fuzz(
    seed: number,
    { good, policy, foreign, verifiers }: Seeds,
    inputs: number,
): AsyncGenerator<Finding> {
    const random = new Random(`envelope-fuzz ${seed}`)
    const all = [...good, ...foreign]
    const goodTrees = good.map(treeOf)
    const parts = all.map(bytes => walk(treeOf(bytes)))
    const { verifiers: learned, offers } = await learn(good, policy)
    for (let i = 0; i < inputs; i++) {
        const isManifest = random.below(2) === 0
        const byInsider = isManifest && random.below(2) === 0
        const choice = random.below(good.length)
        const input = isManifest
            ? packageAround(random, goodTrees[choice], parts)
            : changedPackage(random, good[choice], goodTrees[choice], all, parts)
        const chunkBytes = 20 + random.below(181)
        let reception: Reception
        try {
            reception = await receive(input, {
                policy,
                verifiers: byInsider ? ANY : (verifiers ?? learned),
                chunkBytes,
            })
        } catch (error) {
            yield { input, refusal: 0, fault: `throws ${(error as Error).stack}` }
            continue
        }
        const { refusal, offer, memory } = reception
        const fault =
            memory.reads > MOST_READS || memory.bytesRead > MOST_BYTES_READ
                ? `${memory.reads} reads of ${memory.bytesRead} bytes`
                : offer && byInsider && !isDeterministic(manifestOf(input))
                  ? "accepts what is not deterministic"
                  : offer && !byInsider && !offers.has(JSON.stringify(offer))
                    ? "accepts what nobody signed"
                    : undefined
        yield { input, refusal, fault }
    }
}

/**
 * Lets the real algorithms judge the packages, and remembers which signatures are good. A verifier that knows them and no others is what
 * no forger gets past, and a thousand times faster.
 */
async function learn(packages: readonly Buffer[], policy: TrustPolicy) {
    const good = new Set<string>()
    const offers = new Set<string>()
    const learning = ALGORITHMS.map(algorithm => ({
        ...algorithm,
        verify: async (...[key, message, signature, digest, pause]: Parameters<Verifier["verify"]>) => {
            const bytes = await signature.read(signature.length)
            const reader = { length: bytes.length, read: async () => bytes }
            const isGood = await algorithm.verify(key, message, reader, digest, pause)
            if (isGood) good.add(idOf(key, message, bytes))
            return isGood
        },
    }))
    for (const bytes of packages) {
        const { offer } = await receive(bytes, { policy, verifiers: learning })
        if (offer) offers.add(JSON.stringify(offer))
    }
    const verifiers = ALGORITHMS.map(algorithm => ({
        ...algorithm,
        verify: async (...[key, message, signature]: Parameters<Verifier["verify"]>) =>
            good.has(idOf(key, message, await signature.read(signature.length))),
    }))
    return { verifiers, offers }
}

/** They take any signature for good. */
export const ANY: readonly Verifier[] = ALGORITHMS.map(algorithm => ({ ...algorithm, verify: async () => true }))

function idOf(...parts: Buffer[]): string {
    return parts.map(part => part.toString("hex")).join()
}

function changedPackage(
    random: Random,
    bytes: Buffer,
    tree: Item,
    packages: readonly Buffer[],
    parts: readonly Place[][],
): Buffer {
    if (random.below(3) === 0) return changeBytes(random, bytes, packages)
    const changed = copyOf(tree)
    changeTree(random, changed, parts)
    return random.below(4) === 0 ? changeBytes(random, encodeItem(changed), packages) : encodeItem(changed)
}

/** Changes a manifest, and puts its digest and the signatures there were over it. */
function packageAround(random: Random, original: Item, parts: readonly Place[][]): Buffer {
    const tree = copyOf(original)
    const [wrapper, manifest, ...others] = tree.items[0].items.filter((_, i) => i % 2 === 1)
    changeTree(random, manifest, parts)
    const bytes = Buffer.concat(manifest.items.map(encodeItem))
    const blocks = wrapper.items[0].items.slice(1).map(block => Buffer.concat(block.items.map(encodeItem)))
    const keys = tree.items[0].items.filter((_, i) => i % 2 === 0).slice(2)
    const members = others.map((member, i): [number | string, Buffer] => {
        const key = keys[i].bytes?.toString() ?? keys[i].argument
        return [key, member.bytes ?? Buffer.concat(member.items.map(encodeItem))]
    })
    return encodeEnvelope({ digest: memberDigest(bytes), blocks, members: [[3, bytes], ...members] })
}

/** Bytes that mean something at many places. */
const TELLING = [0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x20, 0x38, 0x3f, 0x40, 0x58, 0x5f, 0x7f, 0x80, 0x9f]
TELLING.push(0xa0, 0xbf, 0xd2, 0xd8, 0xf4, 0xf6, 0xff)

function changeBytes(random: Random, bytes: Buffer, packages: readonly Buffer[]): Buffer {
    let changed = Buffer.from(bytes)
    for (let n = 1 + random.below(3); n > 0 && changed.length > 0; n--) {
        const at = random.below(changed.length)
        const span = 1 + random.below(16)
        const cut = (from: number, to: number, ...middle: Buffer[]) =>
            Buffer.concat([changed.subarray(0, from), ...middle, changed.subarray(to)])
        const other = pick(random, packages)
        const from = random.below(other.length)
        const changes = [
            () => cut(at, at + 1, Buffer.from([changed[at] ^ (1 << random.below(8))])),
            () => cut(at, at + 1, Buffer.from([pick(random, TELLING)])),
            () => cut(at, at, Buffer.from([pick(random, TELLING)])),
            () => cut(at, at + span),
            () => cut(at, at, changed.subarray(at, at + span)),
            () => cut(at, at + span, other.subarray(from, from + span)),
            () => changed.subarray(0, at),
        ]
        changed = Buffer.from(pick(random, changes)())
    }
    return changed
}

function changeTree(random: Random, tree: Item, parts: readonly Place[][]): void {
    for (let n = 1 + random.below(3); n > 0; n--) {
        const { item, parent } = pick(random, walk(tree))
        const other = () => copyOf(pick(random, pick(random, parts)).item)
        const index = parent ? parent.items.indexOf(item) : -1
        const changes = [
            () => void (item.argument = pick(random, [0, 1, 23, 24, 255, 256, 65535, 65536, 0xffff_ffff])),
            () => void (item.argument += 1 - 2 * random.below(2)),
            () => void (item.major = random.below(8)),
            () => void (item.width = pick(random, [1, 2, 4])),
            () => Object.assign(item, { isLie: true, argument: Math.max(0, item.argument + 1 - 2 * random.below(2)) }),
            () => Object.assign(item, { isLie: true, argument: pick(random, [0, 24, 65536, 0xffff_ffff]) }),
            () => Object.assign(item, other()),
            () => parent?.items.splice(index, 1),
            () => parent?.items.splice(index, 0, copyOf(item)),
            () => parent?.items.splice(index, 0, other(), other()),
            () => parent?.items.splice(index & ~1, 2),
            () => parent?.items.reverse(),
            () => void (item.bytes &&= changeBytes(random, item.bytes, [item.bytes])),
        ]
        pick(random, changes)()
        item.argument = Math.min(0xffff_ffff, Math.max(0, item.argument))
    }
}

/** The byte string of the manifest, behind that of the authentication. */
function manifestOf(bytes: Buffer): Item {
    return treeOf(bytes).items[0].items[3]
}

function treeOf(bytes: Buffer): Item {
    return parseAll(bytes)![0]
}

function pick<T>(random: Random, from: readonly T[]): T {
    return from[random.below(from.length)]
}

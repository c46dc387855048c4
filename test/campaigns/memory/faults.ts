/** What is done to a memory: one kind of fault each, on bits drawn by the case's own name and seed. */
import type { Fram } from "../../../simulators/parts/fram"
import type { Random } from "../../../simulators/random"
import { AREAS, copiesIn, headIn, type Stretch, usedPartOf } from "./format"
import type { MemorySubject, Scene } from "./lives"

export interface Strike {
    fram: Fram
    subject: MemorySubject
    scene: Scene
    /** A record, `head`, one of `AREAS`, or nothing in particular. */
    target: string
    /** How many bits flip. */
    bits: number
    random: Random
}

export interface Kind {
    /** Flips bits, which are as they are then: not known to the part. */
    flips?: true
    /** What it can strike. */
    targets: "records" | "head" | "areas" | "whole"
    strike(strike: Strike): void
    /** What takes it back, if anything does. */
    end?(fram: Fram): void
}

/** What is listed, and of which generation. */
const HEAD = "head"
const RECORDS_BITS = 8 * 7680
const SLOT_BITS = 8 * 128

export const KINDS: Readonly<Record<string, Kind>> = {
    value: flipped("records", ({ fram, target, random }) => [draw(random, copiesOf(fram, target, true)).value]),
    header: flipped("records", ({ fram, target, random }) => [draw(random, copiesOf(fram, target, true)).header]),
    "all values": flipped("records", ({ fram, target }) => copiesOf(fram, target).map(({ value }) => value)),
    "all headers": flipped("records", ({ fram, target }) => copiesOf(fram, target).map(({ header }) => header)),
    "one head": flipped("head", ({ fram, random }) => [draw(random, headIn(fram.bytes))]),
    "all heads": flipped("head", ({ fram }) => headIn(fram.bytes)),
    area: flipped("areas", ({ fram, target }) => [usedPartOf(AREAS[target], fram.bytes)]),
    "stuck bit": {
        targets: "records",
        strike({ fram, target, random }) {
            for (const { value } of copiesOf(fram, target, true)) {
                const bit = drawBit(random, value)
                fram.act("stick", { bit, level: ((fram.bytes[bit >> 3] >> (bit & 7)) & 1) === 1 ? 0 : 1 })
            }
        },
        end: fram => fram.act("loosen"),
    },
    /** One bit of every slot: whatever is written next meets one. */
    "stuck bits everywhere": {
        targets: "whole",
        strike({ fram, random }) {
            const offset = random.below(SLOT_BITS)
            const level = random.below(2)
            for (let bit = offset; bit < RECORDS_BITS; bit += SLOT_BITS) fram.act("stick", { bit, level })
        },
        end: fram => fram.act("loosen"),
    },
    "write-protected": lasting("protect", "unprotect"),
    stale: lasting("go-stale", "refresh"),
    silent: lasting("unplug", "plug"),
    "bus held": lasting("hold", "let-go"),
    "16 KiB": { targets: "whole", strike: ({ fram }) => fram.act("fit", 16384) },
    "8 KiB": { targets: "whole", strike: ({ fram }) => fram.act("fit", 8192) },
    "blank 00": { targets: "whole", strike: ({ fram }) => fram.act("fill", 0x00) },
    "blank ff": { targets: "whole", strike: ({ fram }) => fram.act("fill", 0xff) },
    "another unit's": { targets: "whole", strike: ({ fram, subject }) => fram.load(subject.another) },
    "its own, earlier": { targets: "whole", strike: ({ fram, scene }) => fram.load(scene.earlier) },
}
export type KindName = keyof typeof KINDS

function lasting(begin: string, end: string): Kind {
    return { targets: "whole", strike: ({ fram }) => fram.act(begin), end: fram => fram.act(end) }
}

/** Flips so many bits in each of the stretches. */
function flipped(targets: Kind["targets"], stretches: (strike: Strike) => readonly Stretch[]): Kind {
    return {
        flips: true,
        targets,
        strike(strike) {
            const { fram, bits, random } = strike
            for (const stretch of stretches(strike)) {
                const chosen = new Set<number>()
                while (chosen.size < Math.min(bits, 8 * stretch.length)) chosen.add(drawBit(random, stretch))
                for (const bit of chosen) fram.act("flip", bit)
            }
        },
    }
}

/** @param current only those of the newest value. @throws Error if there is none */
function copiesOf(fram: Fram, target: string, current = false) {
    const copies = copiesIn(fram.bytes).get(target)
    if (!copies) throw new Error(`the memory holds no record ${target}`)
    return current ? copies.filter(({ generation }) => generation === copies[0].generation) : copies
}

function draw<T>(random: Random, from: readonly T[]): T {
    return from[random.below(from.length)]
}

/** Bit 0 of byte 0 of the memory first. */
function drawBit(random: Random, { at, length }: Stretch): number {
    return 8 * at + random.below(8 * length)
}

/** What of a unit's memory a kind of fault can strike, by name; one without a name for the whole of it. */
export function targetsOf({ targets }: Kind, bytes: Uint8Array): string[] {
    if (targets === "whole") return [""]
    if (targets === "areas") return Object.keys(AREAS)
    if (targets === "head") return headIn(bytes).length > 0 ? [HEAD] : []
    return [...copiesIn(bytes)]
        .filter(([, [{ value }]]) => value.length > 0)
        .map(([name]) => name)
        .sort()
}

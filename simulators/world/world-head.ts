import { z } from "zod"
import { BOARD_PROFILES, VERIFIERS } from "../board/verifier"
import { fileName, span } from "./vocabulary"

const DEVICE_ID = /^[0-9a-f]{16}$/
const NAME = /^[a-z][a-z0-9-]{0,31}$/

/** How much a world may hold. */
export const WORLD_LIMITS = { devices: 100, packages: 100, steps: 10_000, expectations: 10_000 }
/** Sequence numbers of packages have 32 bits. */
const MAX_SEQUENCE_NUMBER = 0xffff_ffff

const name = z.string().regex(NAME, "a name is 1 to 32 lowercase letters, digits and dashes, beginning with a letter")

/** Whose session it is. */
export const personName = name

function atMost<T>(limit: number, what: string, count: (value: T) => number): [(value: T) => boolean, string] {
    return [value => count(value) <= limit, `a world has at most ${limit} ${what}`]
}

function names(value: object): number {
    return Object.keys(value).length
}

function items(value: readonly unknown[]): number {
    return value.length
}

const device = z
    .strictObject({
        /** A folder of boards/. */
        board: z.string("which board is it? give the name of a folder of boards/"),
        /** A reference device, or the path of a DeviceScript source or image, relative to the world file. */
        firmware: fileName(
            "what runs on it? give a reference device such as gas-valve, or the path of a .ts or .devs file",
        ),
        /** Whether a verifier stands in front of its programs. */
        profile: z.enum(BOARD_PROFILES, "a profile is stock or verified").default("stock"),
        /** What that is. */
        verifier: z.enum(VERIFIERS, "a verifier is model or c").optional(),
        /** Jacdac device identifier. Derived from the device's name if left out. */
        id: z.string().regex(DEVICE_ID, "a device identifier is 16 lowercase hex digits").optional(),
        /** Devices that name the same bus share it. A device that names none has one of its own, named as the device is. */
        bus: name.optional(),
    })
    .refine(({ profile, verifier }) => profile === "verified" || verifier === undefined, {
        path: ["verifier"],
        error: "nothing verifies on the stock profile; add profile: verified",
    })

const packageSchema = z.strictObject({
    /** A reference device, or the path of a DeviceScript source, relative to the world file. */
    of: fileName("what is in it? give a reference device such as gas-valve, or the path of a .ts file"),
    /** Sequence number that the program is built with. */
    sequence: z.int().positive().max(MAX_SEQUENCE_NUMBER),
    /** `stranger` has a key that no device trusts. */
    "signed-by": z.enum(["vendor", "stranger"]).default("vendor"),
    /** What is changed in it afterwards. */
    tampered: z.enum(["manifest", "program"]).optional(),
})

/** An update package that somebody brings. */
export type WorldPackage = z.output<typeof packageSchema>

/** A world file as far as it can be checked by itself; the rest refers to the names and times in this part. */
export const worldHead = z.strictObject({
    title: z.string("give the world a title"),
    /** Time of day at which it begins. */
    starts: z.string().default("00:00"),
    duration: span.refine(us => us > 0, "a world has to last"),
    devices: z
        .record(name, device)
        .refine(devices => names(devices) > 0, "a world needs a device")
        .refine(...atMost(WORLD_LIMITS.devices, "devices", names)),
    packages: z
        .record(name, packageSchema)
        .refine(...atMost(WORLD_LIMITS.packages, "packages", names))
        .default({}),
    scenario: z
        .array(z.unknown())
        .refine(...atMost(WORLD_LIMITS.steps, "steps", items))
        .default([]),
    expect: z
        .array(z.unknown())
        .refine(...atMost(WORLD_LIMITS.expectations, "expectations", items))
        .default([]),
})

import { z } from "zod"
import { BOARD_PROFILES } from "../board/verifier"
import { span } from "./vocabulary"

const DEVICE_ID = /^[0-9a-f]{16}$/
const NAME = /^[a-z][a-z0-9-]*$/

const name = z.string().regex(NAME, "a name is lowercase letters, digits and dashes, beginning with a letter")

const device = z.strictObject({
    /** A folder of boards/. */
    board: z.string("which board is it? give the name of a folder of boards/"),
    /** A reference device, or the path of a DeviceScript source or image, relative to the world file. */
    firmware: z.string(
        "what runs on it? give a reference device such as gas-valve, or the path of a .ts or .devs file",
    ),
    /** Whether a verifier stands in front of its programs. */
    profile: z.enum(BOARD_PROFILES, "a profile is stock or verified").default("stock"),
    /** Jacdac device identifier. Derived from the device's name if left out. */
    id: z.string().regex(DEVICE_ID, "a device identifier is 16 lowercase hex digits").optional(),
    /** Devices that name the same bus share it. A device that names none has one of its own, named as the device is. */
    bus: name.optional(),
})

const packageSchema = z.strictObject({
    /** A reference device, or the path of a DeviceScript source, relative to the world file. */
    of: z.string("what is in it? give a reference device such as gas-valve, or the path of a .ts file"),
    /** Sequence number that the program is built with. */
    sequence: z.int().positive(),
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
    devices: z.record(name, device).refine(devices => Object.keys(devices).length > 0, "a world needs a device"),
    packages: z.record(name, packageSchema).default({}),
    scenario: z.array(z.unknown()).default([]),
    expect: z.array(z.unknown()).default([]),
})

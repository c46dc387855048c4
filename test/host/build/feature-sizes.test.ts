import { readdirSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { featureOf, featureSizes, sharesOf } from "../../../src/host/build/feature-sizes"
import { sdkRoot } from "../../../src/host/sdk-root"

const sources = ["src/core", "devs"].flatMap(folder =>
    readdirSync(join(sdkRoot, folder), { recursive: true, encoding: "utf8" })
        .filter(file => file.endsWith(".ts"))
        .map(file => `${folder}/${file}`),
)

test("every source of the SDK is some feature's, and none is the program's or a library's", () => {
    expect(sources.length).toBeGreaterThan(150)
    for (const source of sources) expect(["the program", "libraries"], source).not.toContain(featureOf(source))
})

test.each([
    ["src/core/suit/envelope.ts", "update"],
    ["devs/owner/owner.ts", "owner"],
    ["src/core/eventlog/ring.ts", "log"],
    ["src/core/session/unprotect.ts", "sessions: messages"],
    ["src/core/session/edhoc/responder.ts", "sessions: pairing"],
    ["src/core/session/kudos/device.ts", "sessions: keys' update"],
    ["src/core/crypto/field25519.ts", "crypto: Ed25519"],
    ["src/core/crypto/limbs25519.ts", "crypto: Ed25519"],
    ["src/core/crypto/x25519.ts", "crypto: X25519"],
    ["src/core/crypto/field-p256.ts", "crypto: P-256"],
    ["src/core/crypto/p256-group.ts", "crypto: P-256"],
    ["src/core/crypto/natural.ts", "crypto: numbers of either curve"],
    ["src/core/crypto/slhdsa-path.ts", "crypto: SLH-DSA"],
    ["src/core/crypto/sha256.ts", "crypto: digests, randomness, the rest"],
    ["devs/device.ts", "the device and its cycle"],
    ["src/main.ts", "the program"],
    ["src/update/main.ts", "the program"],
    ["@devicescript/core/src/array.ts", "libraries"],
])("%s is of: %s", (source, feature) => expect(featureOf(source)).toBe(feature))

test("what is said adds up to where the code ends, and what is left to the limit", () => {
    const source = (path: string, ...functions: [string, number][]) => ({
        path,
        bytes: 0,
        functions: functions.map(([name, bytes]) => ({ name, bytes })),
    })
    const { features, left } = sharesOf(
        [
            source("src/main.ts", ["prototype", 100], ["main", 50], ["step", 7]),
            source("src/core/suit/judge.ts", ["judgeHead", 30], ["main", 5]),
            source("devs/update/updater.ts", ["Updater", 40]),
        ],
        65_600,
    )
    expect(features).toEqual([
        { feature: "head of the image", bytes: 65_600 - 232 },
        { feature: "methods' names and first statements of all", bytes: 150 },
        { feature: "update", bytes: 75 },
        { feature: "the program", bytes: 7 },
    ])
    expect(left).toBe(-64)
})

test("of a device, as it is compiled", async () => {
    const { features, codeEnd, left } = await featureSizes(join(sdkRoot, "test/devices/smallest.ts"), false)
    expect(features.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(codeEnd)
    expect(codeEnd + left).toBe(0x1_0000)
    const names = features.map(({ feature }) => feature)
    expect(names).toContain("identity")
    expect(names).not.toContain("update")
    // The header has 112 bytes. More would be functions that the map does not know of.
    expect(features.find(({ feature }) => feature === "head of the image")!.bytes).toBe(112)
})

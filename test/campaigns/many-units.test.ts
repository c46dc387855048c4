import { beforeAll, expect, test } from "vitest"
import { chiSquare, LIMIT, monobit } from "../randomness"
import { compare, type MadeUnit, makeUnits } from "./many-units"

/** `npm run campaign -- units` makes 1,000. */
const UNITS = 12

const units: MadeUnit[] = []
beforeAll(async () => {
    for await (const unit of makeUnits(UNITS)) units.push(unit)
})

test("units share neither keys nor certificates nor secrets, and none lies in another's memory", () => {
    expect(compare(units)).toEqual({
        units: UNITS,
        distinct: { publicKeys: UNITS, privateKeys: UNITS, certificates: UNITS, pairingSecrets: UNITS },
        leaks: [],
        foundAtHome: UNITS,
    })
    const secrets = Buffer.concat(units.map(({ pairingSecret }) => pairingSecret))
    expect(monobit(secrets)).toBeLessThan(LIMIT)
    expect(Math.abs(chiSquare(secrets))).toBeLessThan(LIMIT)
})

test("a secret that two units share, and one that lies in another's memory, are found", () => {
    const [one, other, ...others] = units
    const twin = { ...other, pairingSecret: one.pairingSecret, privateKey: one.privateKey }
    expect(compare([one, twin, ...others]).distinct).toMatchObject({
        privateKeys: UNITS - 1,
        pairingSecrets: UNITS - 1,
        publicKeys: UNITS,
    })
    const spilled = { ...other, images: [Buffer.concat([Buffer.alloc(7), one.privateKey])] }
    expect(compare([one, spilled, ...others]).leaks).toEqual([`${one.serial} in ${other.serial}`])
})

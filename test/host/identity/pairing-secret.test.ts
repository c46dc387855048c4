import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { decodeCrockford, encodeCrockford } from "../../../src/host/identity/crockford"
import {
    PAIRING_SECRET_BYTES,
    pairingCode,
    pairingUri,
    readPairingCode,
} from "../../../src/host/identity/pairing-secret"
import type { RandomBytes } from "../../../src/host/identity/random-bytes"
import { UnitRegister } from "../../../src/host/identity/unit-register"
import { chiSquare, LIMIT, monobit } from "../../randomness"
import { authority, temporaryFolder } from "./factory"
import { quickFiles } from "./faulty-files"

const secrets = fc.uint8Array({ minLength: PAIRING_SECRET_BYTES, maxLength: PAIRING_SECRET_BYTES })
const SECRET = Buffer.from("00112233445566778899aabbccddeeff", "hex")

describe("the code", () => {
    test("is nine groups of three, and reads back", () => {
        expect(pairingCode(SECRET)).toBe("002-4H3-6H2-NCS-VRH-6DA-QF6-DVV-QZW")
        fc.assert(
            fc.property(secrets, secret => {
                const code = pairingCode(secret)
                expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{3}-){8}[0-9A-HJKMNP-TV-Z]{2}[0-9A-HJKMNP-TV-Z*~$=U]$/)
                expect(readPairingCode(code)).toEqual(Buffer.from(secret))
            }),
        )
    })

    test("is what Crockford's description makes of a number", () => {
        // 1234 = 1 * 32^2 + 6 * 32 + 18, whose symbols are 1, 6 and J; 1234 % 37 = 13, which is D.
        expect(encodeCrockford(Buffer.from([0x04, 0xd2]))).toBe("016JD")
        // 65535 = 1 * 32^3 + 31 * 32^2 + 31 * 32 + 31; 65535 % 37 = 8.
        expect(encodeCrockford(Buffer.from([0xff, 0xff]))).toBe("1ZZZ8")
    })

    test("is read as people type it: small letters, O for 0, I and L for 1, no hyphens", () => {
        const typed = pairingCode(SECRET).toLowerCase().replaceAll("0", "o").replaceAll("-", "")
        expect(readPairingCode(typed)).toEqual(SECRET)
        for (const text of ["ol6jd", "0-I6-JD"]) expect(decodeCrockford(text, 2)).toEqual(Buffer.from([0x04, 0xd2]))
    })

    test("with a wrong character, or any two swapped that are not alike, is not read", () => {
        const code = encodeCrockford(SECRET)
        const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"
        for (let i = 0; i < code.length; i++)
            for (const symbol of symbols)
                if (symbol !== code[i]) expect(readPairingCode(replaced(code, { [i]: symbol }))).toBeUndefined()
        for (let i = 0; i < code.length - 1; i++)
            for (let j = 0; j < i; j++)
                if (code[i] !== code[j])
                    expect(readPairingCode(replaced(code, { [i]: code[j], [j]: code[i] }))).toBeUndefined()
    })

    function replaced(code: string, symbols: Record<number, string>): string {
        return Array.from(code, (symbol, i) => symbols[i] ?? symbol).join("")
    }

    test("of another length, or of a number too large, is not read", () => {
        expect(readPairingCode("")).toBeUndefined()
        expect(readPairingCode(encodeCrockford(SECRET.subarray(1)))).toBeUndefined()
        // 2^16 = 65536, and 65536 % 37 = 9: the first that two bytes do not hold.
        expect(decodeCrockford("20009", 2)).toBeUndefined()
        expect(decodeCrockford("1ZZZ8", 2)).toEqual(Buffer.from([0xff, 0xff]))
    })
})

test("the URI needs only what a QR code's alphanumeric mode has, whatever the secret", () => {
    expect(pairingUri("DB-0001", SECRET)).toBe("DOMOVOI:1:DB-0001:0024H36H2NCSVRH6DAQF6DVVQZ")
    fc.assert(
        fc.property(secrets, secret => {
            expect(pairingUri("DB-0001", secret)).toMatch(/^[0-9A-Z $%*+./:-]+$/)
        }),
    )
})

describe("the secrets of 1,000 units", () => {
    const UNITS = 1000

    function secretsFrom(random: RandomBytes): Uint8Array[] {
        return Array.from({ length: UNITS }, () => random(PAIRING_SECRET_BYTES))
    }

    function faultsOf(secrets: Uint8Array[]): string[] {
        const bytes = Buffer.concat(secrets)
        const faults: string[] = []
        if (new Set(secrets.map(secret => pairingCode(secret))).size < UNITS) faults.push("two alike")
        if (monobit(bytes) > LIMIT) faults.push("monobit")
        if (Math.abs(chiSquare(bytes)) > LIMIT) faults.push("chi-square")
        return faults
    }

    test("are distinct and pass both tests", async () => {
        const { certificate } = await authority("ed25519")
        const units = new UnitRegister({ path: temporaryFolder(), certificate }, quickFiles)
        const secrets = Array.from({ length: UNITS }, (_, i) => units.pairingSecret(`DB-${i}`, randomBytes))
        expect(faultsOf(secrets)).toEqual([])
    })

    let unit = 0
    test.each<[string, RandomBytes, string[]]>([
        ["one secret for all", length => Buffer.alloc(length, 0x5a), ["two alike", "chi-square"]],
        ["digits for bytes", length => randomBytes(length).map(byte => 48 + (byte % 10)), ["monobit", "chi-square"]],
        ["the unit's number", length => Buffer.from(`${unit++}`.padStart(length, "0")), ["monobit", "chi-square"]],
        [
            "a fifth of the bits stuck at 1",
            length => randomBytes(length).map((byte, i) => (i % 5 === 0 ? 0xff : byte)),
            ["monobit", "chi-square"],
        ],
        [
            "bytes of even parity",
            length => randomBytes(length).map(byte => (byte & 0x55) | (((byte & 0x55) << 1) ^ 0xaa)),
            ["chi-square"],
        ],
    ])("with %s do not", (_name, random, faults) => expect(faultsOf(secretsFrom(random))).toEqual(faults))
})

import { createECDH, createHash, createPublicKey, verify as opensslVerify } from "node:crypto"
import { p256 } from "@noble/curves/nist.js"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Atecc608, elementStateSchema } from "../../../simulators/parts/atecc608"
import { COMMANDS } from "../../../simulators/parts/atecc608/commands"
import { crc16, group } from "../../../simulators/parts/atecc608/crc16"
import { COUNTER_LIMIT, ElementMemory } from "../../../simulators/parts/atecc608/memory"
import { CUT_PHASES, PowerLost } from "../../../simulators/power-cut"
import { Random } from "../../../simulators/random"
import { partOnBench } from "./bench"

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("hex")
const bytes = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"))
const filled = (length: number, value = 7) => new Uint8Array(length).fill(value)
const STATUS = { success: "00", miscompare: "01", parse: "03", execution: "0f", communication: "ff" }

/** Mode and parameter of locking a zone whatever it holds. */
const LOCK = { configuration: 0x80, data: 0x81, slot: (slot: number) => 0x82 | (slot << 2) }

function element(seed?: number) {
    const bench = partOnBench(context => new Atecc608(context), seed)
    const { part, clock } = bench
    part.setPower(true)
    const transfer = (write: Uint8Array, readLength: number) => part.transfer(write, readLength, clock.nowUs)
    const pulse = (us: number) => part.sdaLow(us, clock.nowUs)
    const wake = () => {
        pulse(80)
        bench.elapse(1.5)
    }
    const send = (opcode: number, mode = 0, parameter = 0, data = new Uint8Array(0)) => {
        const body = Uint8Array.of(7 + data.length, opcode, mode, parameter & 0xff, parameter >> 8, ...data)
        const crc = crc16(body)
        return transfer(Uint8Array.of(0x03, ...body, crc & 0xff, crc >> 8), 0)
    }
    /** The whole of what it has to say, or undefined if it does not answer. */
    const answer = () => {
        const count = transfer(new Uint8Array(0), 1)
        return count && Uint8Array.of(...count, ...transfer(new Uint8Array(0), count[0] - 1)!)
    }
    /** Has the command executed, with the watchdog at its beginning, and takes the payload of the answer. */
    const ask = (opcode: number, mode = 0, parameter = 0, data = new Uint8Array(0)) => {
        transfer(Uint8Array.of(0x02), 0)
        wake()
        send(opcode, mode, parameter, data)
        bench.elapse(120)
        const whole = answer()!
        expect(whole).toEqual(group(whole.slice(1, -2)))
        return whole.slice(1, -2)
    }
    const askHex = (...input: Parameters<typeof ask>) => hex(ask(...input))
    const sleep = () => transfer(Uint8Array.of(0x01), 0)
    return { ...bench, transfer, pulse, wake, send, answer, ask, askHex, sleep }
}

type Bench = ReturnType<typeof element>

const writeWord = ({ askHex }: Bench, word: number, content: string) => askHex(0x12, 0, word, bytes(content))

/**
 * Locks an element with one slot of each kind: 0 signs and is final, 1 signs and can be made anew, 2 agrees, 8 is public, 9 secret data,
 * 10 public and can be locked.
 */
function provisioned(seed?: number) {
    const bench = element(seed)
    writeWord(bench, 5, "8100 8120")
    writeWord(bench, 6, "8420 8080")
    writeWord(bench, 9, "0000 8080")
    writeWord(bench, 10, "0000 8080")
    writeWord(bench, 24, "1300 1300")
    writeWord(bench, 25, "1300 1c00")
    writeWord(bench, 28, "1c00 1c00")
    writeWord(bench, 29, "3c00 1c00")
    expect(bench.askHex(0x17, LOCK.configuration)).toBe(STATUS.success)
    bench.sleep()
    for (const slot of [0, 1, 2]) expect(bench.ask(0x40, 4, slot)).toHaveLength(64)
    expect(bench.askHex(0x17, LOCK.data)).toBe(STATUS.success)
    bench.sleep()
    return bench
}

function opensslKey(publicKey: Uint8Array) {
    const x = Buffer.from(publicKey.slice(0, 32)).toString("base64url")
    const y = Buffer.from(publicKey.slice(32)).toString("base64url")
    return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" })
}

describe("packets", () => {
    test.each([
        ["answer to a wake-up", "0411", "3343"],
        ["execution error", "040f", "2342"],
        ["success", "0400", "0340"],
        ["the Info command", "0730000000", "035d"],
        ["reading the first word", "0702000000", "1e2d"],
    ])("have the published checksum: %s", (_, body, crc) => {
        const number = crc16(bytes(body))
        expect(hex(Uint8Array.of(number & 0xff, number >> 8))).toBe(crc)
    })

    test("that are damaged, too long or too short are answered with a communication error, and not carried out", () => {
        const { transfer, wake, answer, part } = element()
        wake()
        for (const packet of ["03 07 30 00 00 00 03 5c", "03 08 30 00 00 00 03 5d", "03 07 30 00 00 00 03", "03"]) {
            transfer(bytes(packet), 0)
            expect(hex(answer())).toBe(hex(group(bytes(STATUS.communication))))
        }
        expect(part.observe().commands).toBe(0)
    })

    test("with an unknown opcode or parameter are answered with a parse error", () => {
        const { askHex } = element()
        const wrong: Parameters<typeof askHex>[] = [
            [0x99],
            [0x30, 9],
            [0x24, 0, 2],
            [0x1b, 2],
            [0x47, 3],
            [0x16, 3, 0, filled(20)],
        ]
        for (const input of wrong) expect(askHex(...input)).toBe(STATUS.parse)
    })

    test("can be read piece by piece, and again from the start", () => {
        const { transfer, wake } = element()
        wake()
        expect(hex(transfer(new Uint8Array(0), 2))).toBe("0411")
        expect(hex(transfer(new Uint8Array(0), 4))).toBe("3343ffff")
        transfer(Uint8Array.of(0x00), 0)
        expect(hex(transfer(new Uint8Array(0), 4))).toBe("04113343")
    })
})

describe("power states", () => {
    test("asleep it acknowledges nothing until 1.5 ms after SDA was low for 60 µs", () => {
        const { transfer, pulse, elapse, answer } = element()
        pulse(59)
        elapse(2)
        expect(transfer(new Uint8Array(0), 4)).toBeUndefined()
        pulse(60)
        elapse(1.4)
        expect(transfer(new Uint8Array(0), 4)).toBeUndefined()
        elapse(0.1)
        expect(hex(answer())).toBe("04113343")
    })

    test("awake it takes no notice of SDA", () => {
        const { pulse, wake, send, elapse, answer } = element()
        wake()
        send(0x30)
        pulse(100)
        elapse(10)
        expect(hex(answer())).toBe(hex(group(bytes("00006003"))))
    })

    test("its watchdog puts it to sleep 0.7 to 1.7 s after it woke, and loses TempKey", () => {
        const slept = new Set<number>()
        for (let seed = 0; seed < 40; seed++) {
            const { part, wake, elapse } = element(seed)
            wake()
            let ms = 0
            for (; part.observe().awake; ms += 10) elapse(10)
            expect(ms).toBeGreaterThanOrEqual(690)
            expect(ms).toBeLessThanOrEqual(1700)
            slept.add(ms)
        }
        expect(slept.size).toBeGreaterThan(10)
        const { askHex, elapse } = provisioned()
        askHex(0x16, 3, 0, filled(32))
        elapse(1700)
        expect(askHex(0x41, 0x80, 0)).toBe(STATUS.execution)
    })

    test("a command that the watchdog cuts off changes nothing and is not answered", () => {
        const { part, sleep, wake, send, elapse, answer } = provisioned()
        const before = part.save()
        let cutOff = 0
        for (let ms = 0; ms < 1700; ms += 20) {
            sleep()
            wake()
            elapse(ms)
            send(0x40, 4, 1)
            let answered = false
            for (let waited = 0; waited < 116 && !answered; waited++) {
                elapse(1)
                answered = answer() !== undefined
            }
            if (answered) part.load(before)
            else cutOff++
            expect(part.save()).toEqual(before)
        }
        expect(cutOff).toBeGreaterThan(10)
    })

    test("idle it keeps TempKey, and its watchdog stands still", () => {
        const { askHex, transfer, elapse, part, ask } = provisioned()
        askHex(0x16, 3, 0, filled(32))
        transfer(Uint8Array.of(0x02), 0)
        expect(transfer(new Uint8Array(0), 4)).toBeUndefined()
        elapse(5000)
        expect(part.observe()).toMatchObject({ awake: false })
        expect(ask(0x41, 0x80, 0)).toHaveLength(64)
    })

    test("sleep loses TempKey", () => {
        const { askHex, sleep } = provisioned()
        askHex(0x16, 3, 0, filled(32))
        sleep()
        expect(askHex(0x41, 0x80, 0)).toBe(STATUS.execution)
    })

    test("without power it is absent, and forgets nothing but what is volatile", () => {
        const { part, askHex, transfer } = provisioned()
        const before = part.save()
        askHex(0x16, 3, 0, filled(32))
        part.setPower(false)
        expect(part.observe()).toMatchObject({ present: false, awake: false })
        expect(transfer(new Uint8Array(0), 4)).toBeUndefined()
        part.setPower(true)
        expect(askHex(0x41, 0x80, 0)).toBe(STATUS.execution)
        expect(part.save()).toEqual(before)
    })
})

test.each(COMMANDS)(
    "$name takes between its typical and its longest time, and nothing is acknowledged meanwhile",
    command => {
        const { opcode, typicalMs, maximumMs } = command
        const times: number[] = []
        for (let seed = 0; seed < 30; seed++) {
            const { wake, send, transfer, answer, clock } = element(seed)
            wake()
            const start = clock.nowUs
            send(opcode, 0x42)
            while (!answer()) {
                expect(transfer(Uint8Array.of(0x01), 0)).toBeUndefined()
                clock.runUntil(clock.nowUs + 50)
            }
            times.push((clock.nowUs - start) / 1000)
        }
        expect(Math.min(...times)).toBeGreaterThanOrEqual(typicalMs)
        expect(Math.max(...times)).toBeLessThanOrEqual(maximumMs + 0.05)
        expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan((maximumMs - typicalMs) / 2)
    },
)

describe("what is locked", () => {
    test("a new part has a serial number of its own, and is open", () => {
        const serials = [1, 2].map(seed => {
            const block = element(seed).ask(0x02, 0x80, 0)
            return hex(Uint8Array.of(...block.slice(0, 4), ...block.slice(8, 13)))!
        })
        for (const serial of serials) expect(serial).toMatch(/^0123.{12}ee$/)
        expect(new Set(serials).size).toBe(2)
        expect(element().part.observe()).toMatchObject({ configurationLocked: false, dataLocked: false })
    })

    test("before the configuration is locked, random numbers are a pattern and keys are not made", () => {
        const { askHex } = element()
        expect(askHex(0x1b)).toBe("ffff0000".repeat(8))
        expect(askHex(0x40, 4, 0)).toBe(STATUS.execution)
        expect(askHex(0x24, 1, 0)).toBe(STATUS.execution)
    })

    test("serial number, locks and revision cannot be written; the rest of the configuration until it is locked", () => {
        const bench = element()
        for (const word of [0, 1, 2, 3, 21]) expect(writeWord(bench, word, "01020304")).toBe(STATUS.execution)
        expect(bench.askHex(0x12, 0x80, 0, filled(32))).toBe(STATUS.execution)
        expect(bench.askHex(0x12, 0x80, 2 << 3, filled(32))).toBe(STATUS.execution)
        expect(bench.askHex(0x12, 0x80, 3 << 3, filled(32))).toBe(STATUS.success)
        bench.sleep()
        expect(bench.askHex(0x02, 0, (3 << 3) | 5)).toBe("07070707")
        expect(writeWord(bench, 5, "81008100")).toBe(STATUS.success)
        expect(bench.askHex(0x17, LOCK.configuration)).toBe(STATUS.success)
        expect(writeWord(bench, 5, "83208320")).toBe(STATUS.execution)
        expect(bench.askHex(0x02, 0, 5)).toBe("81008100")
    })

    test("a lock with a checksum holds only for that content, and is for ever", () => {
        const { ask, askHex, sleep } = element()
        const zone = Buffer.concat([0, 1, 2, 3].map(block => ask(0x02, 0x80, block << 3)))
        sleep()
        expect(askHex(0x17, 0x00, crc16(zone) ^ 1)).toBe(STATUS.execution)
        expect(askHex(0x17, LOCK.data)).toBe(STATUS.execution)
        expect(askHex(0x17, 0x00, crc16(zone))).toBe(STATUS.success)
        expect(askHex(0x17, LOCK.configuration)).toBe(STATUS.execution)
        expect(askHex(0x17, LOCK.data)).toBe(STATUS.success)
        sleep()
        expect(askHex(0x17, LOCK.data)).toBe(STATUS.execution)
        expect(askHex(0x02, 0, 21)).toBe("00000000")
    })

    test("once the data zone is locked, a final key stays, and only a key that may be made anew is", () => {
        const { ask, askHex, sleep } = provisioned()
        const [final, renewable] = [0, 1].map(slot => askHex(0x40, 0, slot))
        expect(askHex(0x40, 4, 0)).toBe(STATUS.execution)
        expect(askHex(0x40, 0, 0)).toBe(final)
        sleep()
        expect(ask(0x40, 4, 1)).toHaveLength(64)
        expect(askHex(0x40, 0, 1)).not.toBe(renewable)
    })

    test("a slot that is no private key holds none, and one without a key has no public key", () => {
        const { askHex } = provisioned()
        expect(askHex(0x40, 4, 8)).toBe(STATUS.execution)
        const open = element()
        writeWord(open, 24, "1300 1300")
        open.askHex(0x17, LOCK.configuration)
        expect(open.askHex(0x40, 0, 0)).toBe(STATUS.execution)
    })

    test("slots are read and written as they are configured", () => {
        const { ask, askHex, sleep } = provisioned()
        const address = (slot: number) => slot << 3
        expect(askHex(0x12, 0x82, address(8), filled(32))).toBe(STATUS.success)
        expect(ask(0x02, 0x82, address(8))).toEqual(filled(32))
        for (const slot of [0, 1, 2, 9]) {
            sleep()
            expect(askHex(0x02, 0x82, address(slot))).toBe(STATUS.execution)
            expect(askHex(0x12, 0x82, address(slot), filled(32))).toBe(STATUS.execution)
        }
        expect(askHex(0x02, 0x82, address(8) | (13 << 8))).toBe(STATUS.parse)
        sleep()
        expect(askHex(0x12, 0x82, address(10), filled(32))).toBe(STATUS.success)
        expect(askHex(0x17, LOCK.slot(10))).toBe(STATUS.success)
        expect(askHex(0x12, 0x82, address(10), filled(32, 8))).toBe(STATUS.execution)
        expect(askHex(0x17, LOCK.slot(8))).toBe(STATUS.execution)
    })

    test("nothing is signed or agreed before the data zone is locked, nor by a key that is not for it", () => {
        const bench = element()
        writeWord(bench, 5, "8100 8100")
        writeWord(bench, 24, "1300 1300")
        bench.askHex(0x17, LOCK.configuration)
        bench.ask(0x40, 4, 0)
        bench.askHex(0x16, 3, 0, filled(32))
        expect(bench.askHex(0x41, 0x80, 0)).toBe(STATUS.execution)
        const { ask, askHex, sleep } = provisioned()
        askHex(0x16, 3, 0, filled(32))
        expect(askHex(0x41, 0x80, 2)).toBe(STATUS.execution)
        sleep()
        expect(askHex(0x43, 0, 0, ask(0x40, 0, 1))).toBe(STATUS.execution)
    })
})

describe("cryptography", () => {
    test("signatures hold for OpenSSL and noble, and are never twice the same", () => {
        const { ask, askHex, sleep } = provisioned()
        const key = ask(0x40, 0, 0)
        const signatures = [0, 1, 2, 3].map(n => {
            sleep()
            const message = filled(100, n >> 1)
            askHex(0x16, 3, 0, createHash("sha256").update(message).digest())
            const signature = ask(0x41, 0x80, 0)
            const how = { key: opensslKey(key), dsaEncoding: "ieee-p1363" } as const
            expect(opensslVerify("sha256", message, how, signature)).toBe(true)
            expect(p256.verify(signature, message, Uint8Array.of(4, ...key), { lowS: false })).toBe(true)
            return hex(signature)
        })
        expect(new Set(signatures).size).toBe(4)
    })

    test("TempKey serves once", () => {
        const { ask, askHex } = provisioned()
        askHex(0x16, 3, 0, filled(32))
        ask(0x41, 0x80, 0)
        expect(askHex(0x41, 0x80, 0)).toBe(STATUS.execution)
    })

    test("Verify tells a signature from any other", () => {
        const { askHex, sleep } = provisioned()
        const { secretKey, publicKey } = p256.keygen(filled(48))
        const point = p256.Point.fromBytes(publicKey).toBytes(false).slice(1)
        const signature = p256.sign(filled(32), secretKey, { prehash: false })
        const check = (digest: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) => {
            sleep()
            askHex(0x16, 3, 0, digest)
            return askHex(0x45, 2, 4, data)
        }
        const both = Uint8Array.of(...signature, ...point)
        expect(check(filled(32), both)).toBe(STATUS.success)
        expect(check(filled(32, 8), both)).toBe(STATUS.miscompare)
        expect(check(filled(32), both.with(40, both[40] ^ 1))).toBe(STATUS.miscompare)
        expect(check(filled(32), both.with(100, both[100] ^ 1))).toBe(STATUS.execution)
        sleep()
        expect(askHex(0x45, 2, 4, both)).toBe(STATUS.execution)
    })

    test("ECDH agrees with OpenSSL, and refuses a point beside the curve", () => {
        const { ask, askHex } = provisioned()
        const peer = createECDH("prime256v1")
        peer.setPrivateKey(filled(32))
        const point = peer.getPublicKey().subarray(1)
        const own = ask(0x40, 0, 2)
        expect(askHex(0x43, 0, 2, point)).toBe(peer.computeSecret(Uint8Array.of(4, ...own)).toString("hex"))
        expect(askHex(0x43, 0, 2, Uint8Array.from(point).with(0, point[0] ^ 1))).toBe(STATUS.execution)
    })

    test.each([
        [
            "RFC 5903 §8.1",
            "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53",
            "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180 5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3",
            "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
        ],
        [
            "NIST CAVS 14.1, ECC CDH, P-256, COUNT 0",
            "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
            "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287 db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
            "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b",
        ],
        [
            "COUNT 1",
            "38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
            "809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7ae b29d84e811197f25eba8f5194092cb6ff440e26d4421011372461f579271cda3",
            "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67",
        ],
        [
            "COUNT 2",
            "1accfaf1b97712b85a6f54b148985a1bdc4c9bec0bd258cad4b3d603f49f32c8",
            "a2339c12d4a03c33546de533268b4ad667debf458b464d77443636440ee7fec3 ef48a3ab26e20220bcda2c1851076839dae88eae962869a497bf73cb66faf536",
            "2d457b78b4614132477618a5b077965ec90730a8c81a1c75d6d4ec68005d67ec",
        ],
    ])("ECDH gives the published secret: %s", (_, privateKey, publicKey, secret) => {
        const { part, askHex, sleep } = provisioned()
        const { configuration, slots } = part.save()
        part.load({ configuration, slots: slots.with(2, `ffffffff${privateKey}`) })
        sleep()
        expect(askHex(0x43, 0, 2, bytes(publicKey))).toBe(secret)
    })

    test("ECDH refuses what is no point: 0 and 0, p for x, a point of the curve with x above p", () => {
        const { askHex } = provisioned()
        const p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
        const at0 = hex(p256.Point.fromHex(`02${"00".repeat(32)}`).toBytes(false))!.slice(66)
        expect(askHex(0x43, 0, 2, bytes("00".repeat(32) + at0))).toHaveLength(64)
        for (const point of ["00".repeat(64), p + at0, "00".repeat(32) + p])
            expect(askHex(0x43, 0, 2, bytes(point))).toBe(STATUS.execution)
    })

    test("a slot that is to keep the secret writes it into the one beside it, and tells nothing", () => {
        const bench = element()
        writeWord(bench, 6, "8c20 8080")
        writeWord(bench, 25, "1300 1c00")
        bench.askHex(0x17, LOCK.configuration)
        const own = bench.ask(0x40, 4, 2)
        bench.askHex(0x17, LOCK.data)
        const peer = createECDH("prime256v1")
        const point = peer.generateKeys().subarray(1)
        const secret = peer.computeSecret(Uint8Array.of(4, ...own)).toString("hex")
        bench.sleep()
        expect(bench.askHex(0x43, 0, 2, point)).toBe(STATUS.success)
        expect(bench.part.save().slots[3].startsWith(secret)).toBe(true)
        // A power cut in the middle leaves part of it.
        const again = peer.generateKeys().subarray(1)
        const other = peer.computeSecret(Uint8Array.of(4, ...own)).toString("hex")
        bench.part.cutPowerAt({ operation: bench.part.operations, phase: "inside" })
        expect(() => bench.askHex(0x43, 0, 2, again)).toThrow(PowerLost)
        const left = bench.part.save().slots[3].slice(0, 64)
        let kept = 0
        while (kept < 64 && left[kept] === other[kept]) kept++
        expect(left.slice(kept + 2)).toBe(secret.slice(kept + 2))
    })

    test("SHA-256 of any length, and only in order", () => {
        const { askHex, ask, sleep } = element()
        expect(askHex(0x47, 2)).toBe(STATUS.execution)
        for (const length of [0, 1, 63, 64, 65, 200]) {
            sleep()
            const message = new Uint8Array(length).map((_, i) => i)
            askHex(0x47, 0)
            let at = 0
            for (; at + 64 <= length; at += 64) askHex(0x47, 1, 64, message.slice(at, at + 64))
            const digest = ask(0x47, 2, length - at, message.slice(at))
            expect(hex(digest)).toBe(createHash("sha256").update(message).digest("hex"))
        }
    })

    test("a random nonce is hashed with the host's", () => {
        const { ask, askHex } = provisioned()
        const own = ask(0x16, 0, 0, filled(20))
        const key = ask(0x40, 0, 0)
        const digest = createHash("sha256")
            .update(own)
            .update(filled(20))
            .update(Uint8Array.of(0x16, 0, 0))
            .digest()
        expect(p256.verify(ask(0x41, 0x80, 0), digest, Uint8Array.of(4, ...key), { lowS: false, prehash: false })).toBe(
            true,
        )
        expect(askHex(0x1b)).not.toBe(hex(own))
    })
})

describe("counters", () => {
    test("count one by one to 2,097,151 and no further", () => {
        const { askHex, part, sleep } = provisioned()
        expect([1, 2, 3].map(() => askHex(0x24, 1, 1))).toEqual(["01000000", "02000000", "03000000"])
        expect(askHex(0x24, 0, 1)).toBe("03000000")
        expect(askHex(0x24, 0, 0)).toBe("00000000")
        const memory = new ElementMemory(new Random(1))
        memory.load(part.save())
        memory.setCounter(0, COUNTER_LIMIT - 1)
        part.load(memory.save())
        sleep()
        expect(askHex(0x24, 1, 0)).toBe("ffff1f00")
        expect(askHex(0x24, 1, 0)).toBe(STATUS.execution)
        expect(askHex(0x24, 0, 0)).toBe("ffff1f00")
    })

    test("are kept in eight bytes of the configuration, in the form that the datasheet gives", () => {
        const memory = new ElementMemory(new Random(1))
        const encoded = (count: number) => {
            memory.setCounter(0, count)
            return hex(memory.configuration.slice(52, 60))
        }
        expect(encoded(0)).toBe("ffffffff00000000")
        expect(encoded(1)).toBe("7fffffff00000000")
        expect(encoded(16)).toBe("0000ffff00000000")
        expect(encoded(17)).toBe("00007fff00000000")
        expect(encoded(32)).toBe("ffff000000010000")
        expect(encoded(48)).toBe("0000ffff00010001")
        fc.assert(
            fc.property(fc.nat(COUNTER_LIMIT), count => {
                memory.setCounter(1, count)
                expect(memory.counter(1)).toBe(count)
            }),
        )
    })

    test.each(CUT_PHASES)("never fall when the power goes %s a count, and then go on", phase => {
        const after = new Set<number>()
        for (let seed = 0; seed < 20; seed++) {
            const { part, ask, askHex } = provisioned(seed)
            for (let count = 0; count < 5; count++) ask(0x24, 1, 0)
            part.cutPowerAt({ operation: part.operations, phase })
            expect(() => askHex(0x24, 1, 0)).toThrow(PowerLost)
            part.setPower(false)
            part.setPower(true)
            const [count] = ask(0x24, 0, 0)
            after.add(count)
            expect(ask(0x24, 1, 0)[0]).toBe(count + 1)
        }
        // Inside, it may also have counted further: the datasheet says so.
        expect([...after].sort()).toEqual({ before: [5], inside: [5, 6, 7], after: [6] }[phase])
    })
})

describe("faults", () => {
    test("mute or unplugged it does not answer, and does again afterwards", () => {
        for (const [fault, cure] of [
            ["mute", "unmute"],
            ["unplug", "plug"],
        ]) {
            const { part, wake, answer, askHex } = element()
            part.act(fault)
            expect(part.observe()).toMatchObject({ present: false })
            wake()
            expect(answer()).toBeUndefined()
            part.act(cure)
            expect(askHex(0x30)).toBe("00006003")
        }
    })

    test("hung it is busy for ever with whatever it begins", () => {
        const { part, wake, send, answer, elapse, askHex } = element()
        part.act("hang")
        wake()
        expect(hex(answer())).toBe("04113343")
        send(0x30)
        elapse(60_000)
        expect(answer()).toBeUndefined()
        part.act("unhang")
        expect(askHex(0x30)).toBe("00006003")
    })

    test("moved, it answers elsewhere and is not where it should be", () => {
        const { part } = element()
        part.act("move", 0x35)
        expect(part.address).toBe(0x35)
        expect(part.observe()).toMatchObject({ present: false })
        expect(part.count(0)).toBeUndefined()
        expect(() => part.act("move", 0x78)).toThrow("move")
    })

    test("babbling, it acknowledges while it is asleep and always says the same; hushed, it is itself again", () => {
        const bench = element()
        const { part, transfer, wake, answer } = bench
        part.act("babble", 0x5a)
        expect(hex(transfer(Uint8Array.of(0x03), 3))).toBe("5a5a5a")
        expect(part.observe()).toMatchObject({ present: false })
        part.setPower(false)
        expect(transfer(new Uint8Array(0), 1)).toBeUndefined()
        part.setPower(true)
        part.act("hush")
        expect(part.observe()).toMatchObject({ present: true })
        wake()
        expect(hex(answer())).toBe("04113343")
    })

    test("as many answers are corrupt as asked for, one bit each", () => {
        const { part, wake, answer, send, elapse } = element()
        part.act("corrupt", 2)
        wake()
        const flipped = [group(bytes("11")), group(bytes("00006003")), group(bytes("00006003"))].map((expected, n) => {
            if (n > 0) {
                send(0x30)
                elapse(10)
            }
            const got = n === 0 ? part.transfer(new Uint8Array(0), 4, 1e6)! : answer()!
            return [...got].reduce((sum, byte, i) => sum + bits(byte ^ expected[i]), 0)
        })
        expect(flipped).toEqual([1, 1, 0])
    })

    test("told to refuse, it does not carry out the next command, and says why; then it goes on", () => {
        const { part, ask, askHex } = provisioned()
        const before = part.save()
        for (const status of [0x05, 0x0f]) {
            part.act("refuse", status)
            expect(askHex(0x40, 4, 2)).toBe(hex(Uint8Array.of(status)))
            expect(part.save()).toEqual(before)
        }
        expect(ask(0x40, 4, 2)).toHaveLength(64)
        expect(part.save()).not.toEqual(before)
        expect(() => part.act("refuse", 0)).toThrow("refuse")
    })

    test("dozing it loses what it was doing", () => {
        const { part, wake, send, elapse, answer, askHex } = element()
        wake()
        send(0x30)
        part.act("doze")
        elapse(10)
        expect(answer()).toBeUndefined()
        expect(askHex(0x30)).toBe("00006003")
    })

    test("it can hold the bus", () => {
        const { part } = element()
        part.act("hold")
        expect(part.holdsBus).toBe(true)
        part.act("let-go")
        expect(part.holdsBus).toBe(false)
    })
})

const bits = (byte: number) => byte.toString(2).replaceAll("0", "").length

describe("its state", () => {
    test("can be kept in a file, and makes another part the same one", () => {
        const { part, ask } = provisioned(1)
        const state = elementStateSchema.parse(JSON.parse(JSON.stringify(part.save())))
        const other = element(2)
        other.part.load(state)
        expect(other.part.save()).toEqual(part.save())
        expect(other.ask(0x40, 0, 0)).toEqual(ask(0x40, 0, 0))
    })

    test("is not taken from a file that is none", () => {
        const state = element().part.save()
        for (const wrong of [
            {},
            { ...state, slots: state.slots.slice(1) },
            { ...state, configuration: "zz" },
            { ...state, slots: state.slots.map(() => "00") },
        ])
            expect(elementStateSchema.safeParse(wrong).success).toBe(false)
    })
})

test("whatever it is asked, no answer has eight bytes of a private key", () => {
    const { part, sleep, wake, send, elapse, answer, ask } = provisioned()
    const windows = (text: string) => Array.from({ length: 25 }, (_, i) => text.slice(8 + 2 * i, 8 + 2 * i + 16))
    const sensible = [
        [0x02, 0x80, 0, 0],
        [0x02, 0x82, 0, 0],
        [0x02, 0x82, 1 << 3, 0],
        [0x02, 0x02, 2 << 3, 0],
        [0x16, 3, 0, 32],
        [0x1b, 0, 0, 0],
        [0x40, 0, 0, 0],
        [0x40, 4, 1, 0],
        [0x41, 0x80, 0, 0],
        [0x47, 0, 0, 0],
        [0x47, 2, 20, 20],
    ] as const
    const any = fc.tuple(
        fc.constantFrom(...COMMANDS.map(({ opcode }) => opcode)),
        fc.constantFrom(0, 1, 2, 3, 4, 0x80, 0x81, 0x82, 0xc2),
        fc.nat(0xffff),
        fc.constantFrom(0, 4, 20, 32, 64, 128),
    )
    const command = fc.oneof(fc.constantFrom(...sensible), any)
    let answered = 0
    fc.assert(
        fc.property(fc.array(command, { minLength: 1, maxLength: 6 }), commands => {
            sleep()
            wake()
            for (const [opcode, mode, parameter, length] of commands) {
                send(opcode, mode, parameter, filled(length))
                elapse(116)
                const reply = hex(answer()) ?? ""
                if (reply.length > 8) answered++
                for (const slot of [0, 1, 2])
                    for (const window of windows(part.save().slots[slot])) expect(reply).not.toContain(window)
            }
        }),
        { numRuns: 100 },
    )
    expect(answered).toBeGreaterThan(20)
    // The search itself works: it would find the public key.
    sleep()
    expect(hex(ask(0x40, 0, 0))).toContain(hex(ask(0x40, 0, 0).slice(3, 11)))
})

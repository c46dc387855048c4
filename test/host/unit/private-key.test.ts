import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import type { Atecc608 } from "../../../simulators/parts/atecc608"
import { HEADER_BYTES } from "../../../src/core/store/slot"
import { buildFirmware } from "../../../src/host/build/firmware"
import { attest } from "../../../src/host/unit/attestation"
import { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import { settingsIn } from "../../campaigns/settings-image"
import { authority, der, later, seeded } from "../identity/factory"
import { DOORBELL, provisioned, register } from "./factory"

const ca = await authority("p256")

/** A doorbell that was provisioned and has just answered a challenge, with what it sent meanwhile. */
async function attested(firmware: string) {
    const { image } = await buildFirmware(firmware)
    const unit = new SimulatedUnit(loadBoard("doorbell_c3", "boards"), "0123456789abcdef")
    unit.board.install(image)
    await unit.powerOn()
    await provisioned(unit, { ca, register: register(ca), unit: DOORBELL })
    const policy = { ca: der(ca), revoked: new Set<string>(), now: later(), serial: DOORBELL.serial }
    const verdict = await attest(unit, policy, seeded("a"))
    if ("refusal" in verdict) throw new Error(verdict.refusal)
    return { unit, publicKey: verdict.unit.publicKey }
}

/** Where eight bytes of the key in a row lie open: in flash, FRAM or the processor's memory. */
function whereIs(key: Buffer, { board }: SimulatedUnit): string[] {
    const { flash, parts } = board.save()
    const places = {
        flash: Buffer.from(flash, "base64"),
        fram: Buffer.from(parts.fram as string, "base64"),
        memory: Buffer.from(board.ram!),
    }
    const windows = Array.from({ length: key.length - 7 }, (_, at) => key.subarray(at, at + 8))
    return Object.entries(places).flatMap(([name, bytes]) =>
        windows.some(window => bytes.includes(window)) ? name : [],
    )
}

test("a class 2 unit has its private key nowhere but in the element", async () => {
    const { unit, publicKey } = await attested("doorbell")
    const slots = (unit.board.parts.get("element") as Atecc608).save().slots
    const key = Buffer.from(slots[0], "hex").subarray(4, 36)
    expect(Buffer.from(p256.getPublicKey(key, false).subarray(1))).toEqual(Buffer.from(publicKey))
    expect(whereIs(key, unit)).toEqual([])
})

test("the same search finds the key of a build that keeps it in settings", async () => {
    const { unit, publicKey } = await attested("test/devices/leaky-doorbell.ts")
    const slots = [...settingsIn(unit.board.flash.bytes)].filter(([key]) => key.includes("domovoi."))
    const candidates = slots
        .map(([, value]) => value.subarray(HEADER_BYTES, HEADER_BYTES + 32))
        .filter(({ length }) => length === 32)
    const key = candidates.find(seed => Buffer.from(ed25519.getPublicKey(seed)).equals(Buffer.from(publicKey)))!
    expect(key).toBeDefined()
    expect(whereIs(key, unit)).toContain("flash")
})

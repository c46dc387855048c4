import { createHmac } from "node:crypto"
import fc from "fast-check"
import { expect, test } from "vitest"
import { ROOT_RECORD, SEAL_BYTES } from "../../../src/core/identity/sealed-store"
import { boot } from "./unit"

const value = Buffer.from("a secret of this unit")

test("a sealed record reads as it was written, also after a reboot, and is gone after it was erased", async () => {
    const unit = await boot()
    await unit.sealed.set("a", value)
    const later = await boot(unit)
    expect(await later.sealed.get("a")).toEqual(value)
    expect(await later.sealed.get("b")).toBeUndefined()
    await later.sealed.erase("a")
    expect(await later.sealed.get("a")).toBeUndefined()
})

test("any changed byte of it is noticed", async () => {
    const { sealed, store } = await boot()
    await sealed.set("a", value)
    const record = (await store.get("a"))!
    for (let at = 0; at < record.length; at++) {
        const changed = Buffer.from(record)
        changed[at] ^= 1 << (at & 7)
        await store.set("a", changed)
        await expect(sealed.get("a"), `byte ${at}`).rejects.toMatchObject({ fault: "seal" })
    }
    await store.set("a", record)
    expect(await sealed.get("a")).toEqual(value)
})

test("so is any other length", async () => {
    const { sealed, store } = await boot()
    await sealed.set("a", value)
    const record = (await store.get("a"))!
    for (let length = 0; length < record.length; length++) {
        await store.set("a", record.subarray(0, length))
        await expect(sealed.get("a"), `${length} bytes`).rejects.toMatchObject({ fault: "seal" })
    }
    await expect(sealed.get("a")).rejects.toThrow("record a: the seal is not this device's")
})

test("a seal is half an HMAC of name, zero and value, under one of the chip's identity", async () => {
    const { sealed, store } = await boot({ chip: "0011223344556677" })
    await sealed.set("a", value)
    const root = (await store.get(ROOT_RECORD))!
    expect(root.length).toBe(32)
    const hmac = (key: Buffer, text: string, bytes: Buffer) =>
        createHmac("sha256", key).update(text).update(bytes).digest()
    const key = hmac(root, "seal", Buffer.from("0011223344556677", "hex"))
    expect(await store.get("a")).toEqual(Buffer.concat([value, hmac(key, "a\0", value).subarray(0, 16)]))
})

test("a record under another name, or in another unit, is refused", async () => {
    const unit = await boot()
    const records: Buffer[] = []
    for (const { sealed, store } of [unit, await boot()]) {
        await sealed.set("a", value)
        records.push((await store.get("a"))!)
    }
    const [record, other] = records
    expect(record.subarray(0, value.length)).toEqual(other.subarray(0, value.length))
    expect(record.subarray(-SEAL_BYTES)).not.toEqual(other.subarray(-SEAL_BYTES))
    await unit.store.set("b", record)
    await expect(unit.sealed.get("b")).rejects.toMatchObject({ fault: "seal" })
    await unit.store.set("a", other)
    await expect(unit.sealed.get("a")).rejects.toMatchObject({ fault: "seal" })
})

test("a memory that was moved to another chip is refused", async () => {
    const unit = await boot()
    await unit.sealed.set("a", value)
    const moved = await boot({ ...unit, chip: "0011223344556678" })
    await expect(moved.sealed.get("a")).rejects.toMatchObject({ fault: "seal" })
})

test("name and value cannot be shifted into each other", async () => {
    await fc.assert(
        fc.asyncProperty(fc.stringMatching(/^[a-z]{2,8}$/), fc.uint8Array({ maxLength: 20 }), async (name, bytes) => {
            const { sealed, store } = await boot()
            await sealed.set(name, Buffer.from(bytes))
            const record = (await store.get(name))!
            const shorter = name.slice(0, -1)
            await store.set(shorter, Buffer.concat([Buffer.from(name.slice(-1)), record]))
            await expect(sealed.get(shorter)).rejects.toMatchObject({ fault: "seal" })
        }),
        { seed: 20261121, numRuns: 50 },
    )
})

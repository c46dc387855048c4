import { expect, test } from "vitest"
import type { Store } from "../../../src/core/ports"
import { encodePolicy } from "../../../src/core/suit/policy"
import { PolicyStore } from "../../../src/core/update/policy-store"
import { POLICY_RECORD } from "../../../src/core/update/records"
import { noPause } from "../store/slot-memory"
import { TestMemory } from "../suit/byte-memory"
import { POLICY, STANDARDS } from "../suit/device"

const { verifiers, digest } = STANDARDS

function made() {
    const records = new Map<string, Buffer>()
    const sealed: Store = {
        get: async name => records.get(name),
        set: async (name, value) => void records.set(name, Buffer.from(value)),
        erase: async name => void records.delete(name),
    }
    const memory = new TestMemory(1024)
    return { records, memory, policies: new PolicyStore(sealed, memory, digest, noPause) }
}

test("there is none until one was written", async () => {
    expect(await made().policies.read(verifiers)).toBeUndefined()
})

test("each is written beside the one before, which stays whole meanwhile", async () => {
    const { records, memory, policies } = made()
    const halves: number[] = []
    for (let version = 3; version < 8; version++) {
        const before = Buffer.from(memory.bytes)
        await policies.write(encodePolicy({ ...POLICY, version }))
        expect(await policies.read(verifiers)).toEqual({ ...POLICY, version })
        const half = records.get(POLICY_RECORD)![0]
        const other = 512 * (1 - half)
        expect(memory.bytes.subarray(other, other + 512)).toEqual(before.subarray(other, other + 512))
        halves.push(half)
    }
    expect(halves).toEqual([0, 1, 0, 1, 0])
})

test("the record says half, size and SHA-256", async () => {
    const { records, policies } = made()
    const policy = Buffer.alloc(300, 7)
    await policies.write(policy)
    expect(records.get(POLICY_RECORD)).toEqual(
        Buffer.concat([Buffer.from([0, 300 - 256, 1]), await digest.sha256([policy], noPause)]),
    )
})

test.each([
    ["what is no policy", Buffer.from("83030180", "hex")],
    ["a policy with more behind it", Buffer.concat([encodePolicy(POLICY), Buffer.alloc(1)])],
    ["nothing", Buffer.alloc(0)],
])("%s counts as none, though it is on record", async (_, bytes) => {
    const { policies } = made()
    await policies.write(bytes)
    expect(await policies.read(verifiers)).toBeUndefined()
})

test("one byte changed in the memory, and it counts as none", async () => {
    const { memory, policies } = made()
    const policy = encodePolicy(POLICY)
    await policies.write(policy)
    for (let at = 0; at < policy.length; at++) {
        memory.bytes[at] ^= 1
        expect(await policies.read(verifiers)).toBeUndefined()
        memory.bytes[at] ^= 1
    }
})

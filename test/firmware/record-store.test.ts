import { expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import { RecordStore } from "../../src/core/store/record-store"
import { recordNames } from "../core/store/record-names"
import { MemorySlots, noPause } from "../core/store/slot-memory"
import { rig, testProgram, withRepairedTimer } from "./rig"

/** What the program prints, without the runtime's own lines. */
const printed = (log: readonly string[]) => log.filter(line => line.startsWith("> ")).map(line => line.slice(2))

test("on the device, in a FRAM: the same bytes and the same behaviour as on Node", async () => {
    const device = await rig(testProgram("devices/record-store.ts"), withRepairedTimer("valve_pico"))
    device.board.powerOn()
    device.run(60)
    const found = [`longest=${"0".repeat(192)}`, "count=6300", "healed 0"]
    const [empty, refusal, time, ...first] = printed(device.log)
    expect(empty).toBe("healed 0")
    expect(refusal).toBe("size record too-long: 97 bytes, at most 96 fit")
    expect(Number(/mounted in (\d+) ms/.exec(time)?.[1])).toBeLessThan(600)
    expect(first.slice(0, -1).sort()).toEqual(found.sort())
    expect(first.at(-1)).toBe("done")

    const fram = device.board.parts.get("fram") as Fram
    expect(Buffer.from(fram.bytes).includes("secret")).toBe(false)
    const memory = new MemorySlots(60, 128)
    memory.bytes.set(fram.bytes.subarray(0, memory.bytes.length))
    const store = new RecordStore(memory, noPause)
    await store.mount()
    expect(recordNames(store).sort()).toEqual(["count", "longest"])
    expect(await store.get("count")).toEqual(Buffer.from([99, 0]))

    device.board.powerOff()
    device.log.length = 0
    device.board.powerOn()
    device.run(5)
    expect(printed(device.log).sort()).toEqual([...found, "done"].sort())
})

import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { programDeviceId } from "../../simulators/bus/frame"
import { ServiceSpec } from "../../simulators/bus/service-spec"
import { play, VALVE } from "./play"

const domovoi = new ServiceSpec(readFileSync("services/domovoi.md", "utf8"))

test("a specification gives names, codes and formats of its registers", () => {
    expect(domovoi.classIdentifier).toBe(0x1d0a7a10)
    expect(domovoi.registers).toEqual(expect.arrayContaining(["model", "sequence_number", "state", "uptime"]))
    expect(domovoi.registerCode("state")).toBe(0x185)
    expect(domovoi.decodeRegister("model", Buffer.from("Valve"))).toBe("Valve")
    expect(domovoi.decodeRegister("sequence_number", Uint8Array.of(1, 2, 0, 0))).toBe(0x201)
})

test("members of enumerations go by their names, and unknown ones by their numbers", () => {
    expect(domovoi.decodeRegister("storage", Uint8Array.of(1))).toBe("Settings")
    expect(domovoi.decodeRegister("state", Uint8Array.of(2, 3))).toEqual({ state: "Safe", cause: "SensorAbsent" })
    expect(domovoi.decodeRegister("state", Uint8Array.of(2, 99))).toEqual({ state: "Safe", cause: 99 })
})

test("every device has an identifier for its program's services, and no two the same", () => {
    const identifier = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(id => id.toString(16).padStart(16, "0"))
    fc.assert(
        fc.property(identifier, id => {
            const program = programDeviceId(id)
            return /^[0-9a-f]{16}$/.test(program) && program !== id && programDeviceId(program) === id
        }),
    )
})

test.each(["0123456789abcdef", "ffffffffffffffff", "c9af477d99b132db", "00000080deadbeef"])(
    "the runtime answers under the identifier %s that it was given",
    async id => {
        const { result } = await play(`expect: [{ at: 10s, device: valve, register: storage, is: Fram }]`, {
            devices: VALVE.replace("{", `{ id: "${id}",`),
        })
        expect(result.expectations[0]).toMatchObject({ kept: true })
    },
)

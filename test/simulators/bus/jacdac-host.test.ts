import { describe, expect, test } from "vitest"
import { jacdac } from "../../../simulators/bus/jacdac"
import { JacdacHost, runWithHosts } from "../../../simulators/bus/jacdac-host"
import { Sensor } from "../../../simulators/bus/sensor"
import { deviceIdOf, JacdacServer } from "../../../simulators/bus/server"
import { LightBulbService } from "../../../simulators/bus/services/light-bulb"
import { US_PER_S } from "../../../simulators/clock"
import { busOnBench } from "./bench"

function hostOn(bench: ReturnType<typeof busOnBench>, name: string) {
    return new JacdacHost({ name, deviceId: deviceIdOf(name), bus: bench.bus, clock: bench.clock })
}

describe("a jacdac-ts client on the simulated bus", () => {
    test("finds our server, reads and writes its registers, and gets its readings", async () => {
        const bench = busOnBench()
        let brightness = -1
        let celsius = 21.5
        const server = new JacdacServer({
            name: "lamp",
            deviceId: deviceIdOf("lamp"),
            description: "Lamp",
            services: [
                new LightBulbService({
                    light: value => void (brightness = value),
                    dimmable: true,
                    instanceName: "desk",
                }),
                new Sensor(jacdac.SRV_TEMPERATURE, "i22.10", () => [celsius]),
            ],
            bus: bench.bus,
            clock: bench.clock,
        })
        const host = hostOn(bench, "host")
        server.start()
        await runWithHosts(bench.clock, US_PER_S)
        const [bulb] = host.jdbus.services({ serviceClass: jacdac.SRV_LIGHT_BULB })
        const [thermometer] = host.jdbus.services({ serviceClass: jacdac.SRV_TEMPERATURE })
        expect(bulb.device.deviceId).toBe(deviceIdOf("lamp"))

        const written = bulb.register(jacdac.LightBulbReg.Brightness)!
        await written.sendSetPackedAsync([0.5], false)
        await runWithHosts(bench.clock, 2 * US_PER_S)
        expect(brightness).toBeCloseTo(0.5, 3)

        const name = bulb.register(jacdac.SystemReg.InstanceName)!
        await name.sendGetAsync()
        await runWithHosts(bench.clock, 3 * US_PER_S)
        expect(name.stringValue).toBe("desk")

        const reading = thermometer.register(jacdac.SystemReg.Reading)!
        const seen: number[] = []
        reading.subscribe(jacdac.REPORT_UPDATE, () => seen.push(reading.unpackedValue[0]))
        await runWithHosts(bench.clock, 4 * US_PER_S)
        celsius = -3.25
        await runWithHosts(bench.clock, 5 * US_PER_S)
        expect(seen.at(0)).toBe(21.5)
        expect(seen.at(-1)).toBe(-3.25)
        await host.detach()
    })

    test("talks to a jacdac-ts server that another host serves, in the same way each run", async () => {
        const run = async () => {
            const bench = busOnBench()
            const serving = hostOn(bench, "serving")
            const client = hostOn(bench, "client")
            const button = new jacdac.JDServiceServer(jacdac.SRV_BUTTON)
            const relay = new jacdac.JDServiceServer(jacdac.SRV_RELAY)
            const active = relay.addRegister(jacdac.RelayReg.Active, [false])
            serving.serve("board", deviceIdOf("board"), [relay, button])
            await runWithHosts(bench.clock, US_PER_S)

            const [role] = client.jdbus.services({ serviceClass: jacdac.SRV_RELAY })
            await role.register(jacdac.RelayReg.Active)!.sendSetPackedAsync([true], false)
            const [buttonRole] = client.jdbus.services({ serviceClass: jacdac.SRV_BUTTON })
            let presses = 0
            buttonRole.event(jacdac.ButtonEvent.Down).on(jacdac.EVENT, () => presses++)
            await button.sendEvent(jacdac.ButtonEvent.Down)
            await runWithHosts(bench.clock, 3 * US_PER_S)
            await client.detach()
            await serving.detach()
            return { active: active.values(), presses, sha256: bench.trace.sha256() }
        }
        const first = await run()
        expect(first).toMatchObject({ active: [1], presses: 1 })
        expect(await run()).toEqual(first)
    })
})

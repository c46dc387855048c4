import { readFileSync } from "node:fs"
import { Bus } from "../../../simulators/bus/bus"
import { programDeviceId } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { JacdacHost, runWithHosts } from "../../../simulators/bus/jacdac-host"
import { JacdacServer } from "../../../simulators/bus/server"
import { Service } from "../../../simulators/bus/service"
import { ServiceSpec } from "../../../simulators/bus/service-spec"
import { US_PER_MS, VirtualClock } from "../../../simulators/clock"
import { randomStreams } from "../../../simulators/random"
import { Trace } from "../../../simulators/trace"
import { DomovoiClient } from "../../../src/host/unit/domovoi-client"

const spec = new ServiceSpec(readFileSync("services/domovoi.md", "utf8"))
const CHIP = "6a1f0c3b5d2e4f17"
const BUSY = 1
const NORMAL = 0
const VALID = 0
const READ_BYTES = 300
const ALREADY_PROVISIONED = 5
const SLICE_MS = 10
const ALL = { kind: "loss", probability: 1 } as const

/** A unit of which only what the host waits for is there: its key is made in the time that it is told, and its bus can be cut. */
export class SlowUnit {
    readonly clock = new VirtualClock()
    readonly client: DomovoiClient
    /** What was heard, by names of services/domovoi.md, and `install` for what the runtime takes. */
    readonly heard: string[] = []
    /** What the host was told that it waits for, and for how long, in ms. */
    readonly told: [string, number][] = []
    /** Time that the key takes. */
    keyMs = 4_400
    /** It hears everything, and does nothing. */
    deaf = false
    /** A document of 3 pieces is read in pieces of so many bytes, which take so long. */
    readBytes = 100
    readMs = 5
    /** So many of the next answers are lost on the way. */
    answersLost = 0
    readonly bus: Bus
    readonly #program: JacdacServer
    #isAtWork = false
    #isKept = false

    constructor() {
        const { clock } = this
        const trace = new Trace(clock)
        const random = randomStreams(1)
        const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
        this.bus = bus
        const server = (name: string, deviceId: string, service: Service) =>
            new JacdacServer({ name, deviceId, description: name, services: [service], bus, clock })
        this.#program = server("program", programDeviceId(CHIP), this.#domovoi())
        const host = new JacdacHost({ name: "host", deviceId: "d0d0d0d0d0d0d0d0", bus, clock })
        this.client = new DomovoiClient(host.jdbus, undefined, (...news) => this.told.push(news))
        server("chip", CHIP, this.#manager()).start()
        this.#program.start()
    }

    /** Found by the host, and announced so often that a restart of its program can be seen. */
    async found(): Promise<this> {
        await this.while(this.client.find(5_000))
        await this.run(3_000)
        return this
    }

    async run(ms: number): Promise<void> {
        await runWithHosts(this.clock, this.clock.nowUs + ms * US_PER_MS)
    }

    /** @returns what the host got, and the time that it took, in ms */
    async while<T>(work: Promise<T>): Promise<T> {
        let settled = false
        const settle = () => {
            settled = true
        }
        work.then(settle, settle)
        while (!settled) await this.run(SLICE_MS)
        return work
    }

    /** Nobody hears anybody, from `inMs` on for so long. */
    cut(inMs: number, forMs: number): void {
        this.clock.after(inMs * US_PER_MS, () => this.bus.impose(ALL, forMs * US_PER_MS))
    }

    /** The program falls, and what it was at with it, and starts anew. */
    fall(inMs: number, forMs: number): void {
        this.clock.after(inMs * US_PER_MS, () => {
            this.#program.stop()
            this.#isAtWork = false
        })
        this.clock.after((inMs + forMs) * US_PER_MS, () => this.#program.start())
    }

    #domovoi(): Service {
        const service = new Service(spec.classIdentifier)
        const answer = (command: string, format: string, run: () => unknown[] | undefined) =>
            service.command(spec.commandCode(command), "b", 0, () => {
                this.heard.push(command)
                const values = this.deaf ? undefined : run()
                if (this.answersLost > 0) this.answersLost--
                else if (values) service.report(spec.commandCode(command), format, values)
            })
        answer("create_key", "u8 u8 b", () => {
            if (this.#isAtWork) return [BUSY, 0, new Uint8Array(0)]
            this.#isAtWork = true
            this.#later(service, this.keyMs, () => {
                this.#isAtWork = false
                service.report(spec.commandCode("create_key"), "u8 u8 b", [0, 0, new Uint8Array(32).fill(7)])
            })
            return undefined
        })
        answer("keep_identity", "u8", () => {
            const wasKept = this.#isKept
            this.#isKept = true
            return [wasKept ? ALREADY_PROVISIONED : 0]
        })
        answer("answer_update", "u8", () => undefined)
        service.command(spec.commandCode("read"), "u16 u8", 3, ([offset, document]) => {
            this.heard.push("read")
            if (this.deaf) return
            const piece = [offset, READ_BYTES, document, new Uint8Array(this.readBytes).fill(offset)]
            this.#later(service, this.readMs, () => service.report(spec.commandCode("read"), "u16 u16 u8 b", piece))
        })
        service.register(spec.registerCode("state"), "u8 u8", () => [NORMAL, 0])
        service.register(spec.registerCode("identity"), "u8", () => [VALID])
        return service.register(spec.registerCode("uptime"), "u32", () => (this.deaf ? undefined : [42]))
    }

    #later(service: Service, ms: number, callback: () => void): void {
        const { host } = service as unknown as { host: { after(us: number, callback: () => void): void } }
        host.after(ms * US_PER_MS, callback)
    }

    /** The runtime's program manager: it takes a program through a pipe. */
    #manager(): Service {
        const manager = new Service(jacdac.SRV_DEVICE_SCRIPT_MANAGER)
        const { DeployBytecode } = jacdac.DeviceScriptManagerCmd
        manager.register(
            jacdac.DeviceScriptManagerReg.Autostart,
            "u8",
            () => [1],
            ([on]) => void this.heard.push(`autostart ${on}`),
        )
        return manager.command(DeployBytecode, "u32", 4, ([bytes]) => {
            this.heard.push(`deploy ${bytes}`)
            manager.report(DeployBytecode, "u16", [1])
        })
    }
}

/** A device that serves its people by sessions, on the real VM; their hubs are on Node. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { programDeviceId } from "../../simulators/bus/frame"
import { ServiceSpec } from "../../simulators/bus/service-spec"
import { CommandCaller } from "../../simulators/world/command-caller"
import { OwnerRefusal } from "../../src/core/owner/owner-refusal"
import { Role } from "../../src/core/owner/rights"
import { CoapCode, type CoapMessage } from "../../src/core/session/coap-message"
import { readMessage } from "../../src/core/session/coap-reader"
import { writeMessage } from "../../src/core/session/coap-writer"
import { Standing } from "../../src/core/session/device/household"
import { secretName } from "../../src/core/session/device/pairing"
import { EdhocRefusal } from "../../src/core/session/edhoc/refusal"
import { suiteMinus21 } from "../../src/core/session/edhoc/suite-minus-21"
import { type Answered, HubSession } from "../../src/core/session/hub/hub-session"
import { pair } from "../../src/core/session/hub/pair"
import { SessionRefusal } from "../../src/core/session/refusal"
import { simulatedPairingSecret, simulatedSerial } from "../../src/host/unit/simulated-factory"
import { seeded } from "../core/session/edhoc/ends"
import { digest, pause } from "../core/session/ends"
import { MemoryStore } from "../core/session/kudos/ends"
import { nativeX25519 } from "../core/session/native-x25519"
import { nodeCounterMode } from "../core/session/openssl-suites"
import { DEVICE_ID, type Rig, rig, testProgram } from "./rig"

const SUITE = suiteMinus21(nodeCounterMode)
const spec = new ServiceSpec(readFileSync(new URL("../../services/domovoi.md", import.meta.url), "utf8"))
/** The secret on the label of what `rig` makes. */
const LABEL = Buffer.from(simulatedPairingSecret(simulatedSerial(DEVICE_ID)))
/** The key for a pairing is there by then; half as long where the bus is never quiet, which the stock timer needs (docs/simulator.md). */
const KEY_S = 60
/** Longest that an answer may take: the other half of the agreement. */
const ANSWER_S = 90

/** Hubs on one bus hear the same. */
const callers = new WeakMap<Rig, CommandCaller>()

class Hub {
    readonly session: HubSession
    /** What was sent last. */
    lastFrame: Buffer | undefined
    /** Told again and again how long the device is waited for by now, in seconds. */
    whileWaiting: (waitedS: number) => void = () => {}
    private answer: Buffer | undefined
    private readonly caller: CommandCaller

    constructor(
        private readonly rig: Rig,
        private readonly name: string,
    ) {
        const ports = { suite: SUITE.aead, digest, random: seeded(name), pause, store: new MemoryStore() }
        this.session = new HubSession(ports, ["hub0", "hub1"], async request => await this.send(writeMessage(request)))
        this.caller = callers.get(rig) ?? new CommandCaller(rig.bus, spec)
        callers.set(rig, this.caller)
        this.caller.listen(programDeviceId(rig.board.deviceId), "exchange", ({ answer }) => {
            this.answer = Buffer.from(answer as Uint8Array)
        })
    }

    async send(frame: Buffer): Promise<CoapMessage | undefined> {
        this.answer = undefined
        this.lastFrame = frame
        this.caller.call(programDeviceId(this.rig.board.deviceId), "exchange", { frame })
        for (let waitedS = 0; waitedS < ANSWER_S && this.answer === undefined; waitedS += 0.02) {
            this.rig.run(0.02)
            this.whileWaiting(waitedS)
        }
        const { answer } = this
        return answer && readMessage(answer).message
    }

    async pair(secret: Buffer, standing: Standing) {
        const keep = async (keys: Parameters<HubSession["adopt"]>[0]) => await this.session.adopt(keys)
        const makeKey = async () => nativeX25519(seeded(`${this.name}/key`))
        const ports = { digest, pause, suites: [SUITE], makeKey, connectionId: Buffer.from([10]), keep }
        return await pair(ports, secretName(standing), secret, async request => await this.send(writeMessage(request)))
    }

    async post(path: string, payload: Buffer = Buffer.alloc(0)) {
        return await this.session.request(CoapCode.Post, path.split("/"), payload)
    }
}

async function started() {
    const device = await rig(testProgram("devices/paired-valve.ts"), "valve_pico")
    const owner = new Hub(device, "owner")
    device.boot()
    device.run(KEY_S)
    return { device, owner }
}

/** @returns what the device has answered, as a code of CoAP, and whether under a seal */
const said = ({ response, hint }: Answered) => ({ sealed: response?.code, unsealed: hint })
/** A wish that was taken in: the report has one byte, the refusal, which is none. */
const done = (answered: Answered) => ({ ...said(answered), refusal: response(answered) })
const response = ({ response: sealed }: Answered) => (sealed ? [...sealed.payload] : undefined)
const DONE = { sealed: CoapCode.Changed, unsealed: undefined, refusal: [0] }

/** Shuts the valve, until the owner has enabled it with a hand on it. */
const disable = async (hub: Hub) => await hub.post("Owner/disable", Buffer.of(1))
const enable = async (hub: Hub) => await hub.post("Owner/disable", Buffer.of(0))
/** Asks for the first piece of the certificates, as everybody may who is in the home. */
const look = async (hub: Hub) => await hub.post("Domovoi/read", Buffer.of(0, 0, 0))

function open(device: Rig): void {
    for (let n = 0; n < 3 && device.see("valve").state !== "open"; n++) {
        device.press("button")
        device.run(1)
    }
    expect(device.see("valve")).toMatchObject({ state: "open" })
}

test("who has label and button becomes the owner, shuts the valve, and goes on after a power cut", async () => {
    const { device, owner } = await started()
    device.press("button")
    device.run(1)
    expect(device.see("valve")).toMatchObject({ state: "open" })
    expect(await owner.pair(LABEL, Standing.ByLabel)).toEqual({ refusal: 0, hint: "" })
    expect(done(await disable(owner))).toEqual(DONE)
    device.run(1)
    expect(device.see("valve")).toMatchObject({ state: "shut" })
    const recorded = owner.lastFrame!
    device.press("button")
    expect(done(await enable(owner))).toEqual(DONE)
    device.run(3)

    device.board.powerOff()
    device.run(1)
    device.boot()
    open(device)
    expect(said(await disable(owner))).toEqual({ unsealed: CoapCode.Unauthorized })
    // Somebody says again what the owner has said before the power cut.
    expect(await owner.send(recorded)).toMatchObject({ code: CoapCode.Unauthorized })
    expect(device.see("valve")).toMatchObject({ state: "open" })
    expect((await owner.session.connect()).refusal).toBe(0)
    expect(await owner.send(recorded)).toMatchObject({ code: CoapCode.Unauthorized })
    expect(device.see("valve")).toMatchObject({ state: "open" })
    expect(done(await disable(owner))).toEqual(DONE)
    device.run(1)
    expect(device.see("valve")).toMatchObject({ state: "shut" })
})

test("who lacks the label, or a hand on the button, gets nothing; and the valve goes on meanwhile", async () => {
    const { device, owner: thief } = await started()
    expect(await thief.pair(LABEL, Standing.ByLabel)).toMatchObject({ hint: `refusal ${SessionRefusal.NobodyThere}` })
    device.press("button")
    device.run(1)
    const begun = thief.pair(Buffer.alloc(16, 7), Standing.ByLabel)
    expect(await begun).toMatchObject({ hint: `refusal ${EdhocRefusal.NotAuthentic}` })
    expect(thief.session.exists()).toBe(false)
    expect(said(await disable(thief))).toEqual({ sealed: undefined, unsealed: undefined })
    expect(device.see("valve")).toMatchObject({ state: "open" })
})

test("gas shuts the valve in time while the device agrees on keys", async () => {
    const { device, owner } = await started()
    device.press("button")
    device.run(1)
    expect(device.see("valve")).toMatchObject({ state: "open" })
    let shutAfterS: number | undefined
    owner.whileWaiting = waitedS => {
        if (waitedS < 5 || shutAfterS !== undefined) return
        device.act("gas", "set", 35)
        shutAfterS = device.secondsUntil("valve", { state: "shut" }, 2) ?? Number.POSITIVE_INFINITY
    }
    expect((await owner.pair(LABEL, Standing.ByLabel)).refusal).toBe(0)
    expect(shutAfterS).toBeLessThan(0.5)
})

test("a press shuts the valve at once while the device agrees on keys", async () => {
    const { device, owner } = await started()
    device.press("button")
    device.run(1)
    let shutAfterS: number | undefined
    owner.whileWaiting = waitedS => {
        if (waitedS < 5 || shutAfterS !== undefined) return
        device.act("button", "press")
        shutAfterS = device.secondsUntil("valve", { state: "shut" }, 2) ?? Number.POSITIVE_INFINITY
        device.act("button", "release")
    }
    expect((await owner.pair(LABEL, Standing.ByLabel)).refusal).toBe(0)
    expect(shutAfterS).toBeLessThan(0.2)
})

test("the owner invites somebody, who comes by it once, with the role it says", async () => {
    const { device, owner } = await started()
    device.press("button")
    expect((await owner.pair(LABEL, Standing.ByLabel)).refusal).toBe(0)
    const invitation = (await owner.post("people/invite", Buffer.from([Role.Guest]))).response!.payload
    device.run(KEY_S)
    const guest = new Hub(device, "guest")
    device.press("button")
    expect((await guest.pair(invitation.subarray(1), Standing.ByInvitation + invitation[0])).refusal).toBe(0)
    expect(said(await guest.post("people/invite", Buffer.from([Role.Owner])))).toEqual({ sealed: CoapCode.Forbidden })
    expect(said(await look(guest))).toEqual({ sealed: CoapCode.Changed })
    expect(response(await disable(guest))).toEqual([OwnerRefusal.NotAllowed])
    const people = await owner.session.request(CoapCode.Get, ["people"], Buffer.alloc(0))
    expect([...people.response!.payload]).toEqual([0, Role.Owner, 1, Role.Guest, 0, 255])
    expect(said(await owner.post("people/remove", Buffer.from([1])))).toEqual({ sealed: CoapCode.Deleted })
    expect(said(await look(guest))).toEqual({ unsealed: CoapCode.Unauthorized })
})

test("what the device does not have is not there, said under a seal", async () => {
    const { device, owner } = await started()
    device.press("button")
    expect((await owner.pair(LABEL, Standing.ByLabel)).refusal).toBe(0)
    // The table of commands has it, and a valve without updates does not.
    for (const path of ["Domovoi/offerUpdate", "Domovoi/nothing", "Nobody/disable"])
        expect(said(await owner.post(path, Buffer.alloc(4))), path).toEqual({ sealed: CoapCode.NotFound })
})

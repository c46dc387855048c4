/** What the doctor says of units with one fault each: it names the part and the next step, and no two faults read the same. */
import { describe, expect, test } from "vitest"
import type { Atecc608, ElementState } from "../../../simulators/parts/atecc608"
import { ElementMemory } from "../../../simulators/parts/atecc608/memory"
import type { Fram } from "../../../simulators/parts/fram"
import { Random } from "../../../simulators/random"
import type { Finding, FindingId } from "../../../src/host/doctor/finding"
import { simulatedTrust } from "../../../src/host/unit/simulated-factory"
import { type Case, findingsOf, madeUnit, NOW, type Patient } from "./bench"

const MODULES = ["camera", "microphone", "gas"]
/** What is wrong, but for modules that hang on no simulated bus here. */
const troubles = (findings: readonly Finding[]) =>
    findings.filter(({ id, verdict }) => verdict !== "healthy" && id !== "proofUnchecked")

interface Row extends Case {
    fault: string
    finds: FindingId
    /** Of the words: the part, where it was looked for, and what to measure. */
    says: readonly RegExp[]
}

const act =
    (part: string, action: string, argument?: number) =>
    ({ act }: Patient) =>
        act(part, action, argument)

/** Changes what the element of the unit keeps. */
const element =
    (change: (state: ElementState) => ElementState) =>
    ({ unit }: Patient) => {
        const part = unit.board.parts.get("element") as Atecc608
        part.load(change(part.save()))
    }
/** @param at offset in the configuration zone */
const withByte = (state: ElementState, at: number, byte: string): ElementState => ({
    ...state,
    configuration: state.configuration.slice(0, 2 * at) + byte + state.configuration.slice(2 * at + 2),
})
const DATA_LOCK = 86
const CONFIGURATION_LOCK = 87
/** KeyConfig of the identity's slot: another kind of key than P-256. */
const KEY_0 = 96

const BOTH: readonly Row[] = (
    [
        ["gas-valve", /SDA \(GPIO 4\)/],
        ["doorbell", /SDA \(GPIO 8\)/],
    ] as const
).flatMap(
    ([device, sda]) =>
        [
            {
                device,
                fault: "FRAM missing",
                before: act("fram", "unplug"),
                finds: "memoryAbsent",
                says: [/FRAM/, /0x50/, /3\.3 V/, sda],
            },
            {
                device,
                fault: "FRAM lost at work",
                later: act("fram", "unplug"),
                finds: "memoryLost",
                says: [/FRAM/, /loose contact/, sda],
            },
            {
                device,
                fault: "FRAM at 0x53",
                before: act("fram", "move", 0x53),
                finds: "memoryElsewhere",
                says: [/0x50/, /0x53/, /A0 to A2/],
            },
            {
                device,
                fault: "FRAM write-protected",
                before: act("fram", "protect"),
                finds: "memoryProtected",
                says: [/FRAM/, /WP/],
            },
            {
                device,
                fault: "FRAM of 8 KiB",
                before: act("fram", "fit", 8192),
                finds: "memorySmall",
                says: [/8192 bytes/, /32,768/],
            },
            {
                device,
                fault: "a line held low",
                before: act("fram", "hold"),
                finds: "fellSilent",
                says: [/I2C/, /held low/, sda],
            },
            {
                device,
                fault: "no supply",
                atOnce: ({ unit }) => unit.board.powerOff(),
                finds: "silent",
                says: [/nothing answers/, /can be/, /supply first/, sda],
            },
            {
                device,
                fault: "no program",
                before: ({ unit }) => void unit.board.flash.bytes.fill(0xff),
                finds: "noProgram",
                says: [/no program/, /domovoi update/],
            },
            {
                device,
                fault: "a loader that sees no memory",
                profile: "verified",
                before: act("fram", "unplug"),
                finds: "programSilent",
                says: [/does not/, /loader/, /devs devtools/],
            },
        ] satisfies Row[],
)

const ELEMENT: readonly Row[] = (
    [
        {
            fault: "missing",
            before: act("element", "unplug"),
            finds: "elementAbsent",
            says: [/0x60/, /3\.3 V/, /100 kHz/],
        },
        {
            fault: "lost at work",
            later: act("element", "unplug"),
            finds: "elementLost",
            says: [/0x60/, /loose contact/],
        },
        {
            fault: "at 0x35",
            before: act("element", "move", 0x35),
            finds: "elementElsewhere",
            says: [/0x60/, /0x35/, /TrustFLEX/],
        },
        {
            fault: "on a bus of 400 kHz",
            board: definition => ({ ...definition, config: new Map([...definition.config, ["i2c.kHz", 400]]) }),
            finds: "elementTooFast",
            says: [/400 kHz/, /"kHz": 100/],
        },
        {
            fault: "answering nonsense",
            before: act("element", "babble", 0xff),
            finds: "elementNonsense",
            says: [/0xff/, /another kind/],
        },
        {
            fault: "whose answers are damaged",
            before: act("element", "corrupt", 1_000_000),
            finds: "elementNoise",
            says: [/checksums/, /pull-ups of/],
        },
        {
            fault: "damaged now and then",
            later: act("element", "corrupt", 1),
            finds: "elementFlaky",
            says: [/asked again/, /edges/],
        },
        {
            fault: "busy for ever",
            later: act("element", "hang"),
            finds: "elementBusy",
            says: [/never answered/, /16 mA/],
        },
        {
            fault: "as delivered",
            before: element(state => withByte(withByte(state, DATA_LOCK, "55"), CONFIGURATION_LOCK, "55")),
            finds: "elementNew",
            says: [/as delivered/, /provision --lock/],
        },
        {
            fault: "whose data zone is open",
            before: element(state => withByte(state, DATA_LOCK, "55")),
            finds: "elementOpen",
            says: [/can still be replaced/, /finishes it/],
        },
        {
            fault: "locked for something else",
            before: element(state => withByte(state, KEY_0, "1c")),
            finds: "elementRefuses",
            says: [/refuses/, /configured for something else/],
        },
        {
            fault: "another unit's",
            before: async ({ unit }) => {
                const other = await madeUnit("doorbell", "0d0c70a000000002")
                ;(unit.board.parts.get("element") as Atecc608).load(other.parts.element as ElementState)
            },
            finds: "identityForeign",
            says: [/another key/, /unit's own back/],
        },
        {
            fault: "and memory missing",
            before: ({ act }) => {
                act("element", "unplug")
                act("fram", "unplug")
            },
            finds: "bus",
            says: [/nobody acknowledges at any address/, /exchanged or shorted/],
        },
    ] satisfies Omit<Row, "device">[]
).map(row => ({ ...row, device: "doorbell" as const }))

const words = ({ part, saw, next = "" }: Finding) => `${part}: ${saw}; ${next}`

describe("a fault", () => {
    const read = new Map<string, string>()

    test.each([...BOTH, ...ELEMENT])("$device: $fault: $finds", async row => {
        const found = troubles(await findingsOf(row)).filter(
            ({ id, saw }) => !(id === "role" && MODULES.some(name => saw.includes(name))),
        )
        expect(found.map(({ id }) => id)).toContain(row.finds)
        const text = words(found.find(({ id }) => id === row.finds)!)
        for (const word of row.says) expect(text).toMatch(word)
        expect(text).toMatch(/: .+; .+/)
        // Nothing else is accused; what could not be looked at for it may be said.
        const others = found.filter(({ id, verdict }) => id !== row.finds && verdict !== "unknown")
        expect(others).toEqual([])
        const same = read.get(`${row.device} ${text}`)
        expect(same, "reads the same").toBeUndefined()
        read.set(`${row.device} ${text}`, row.fault)
    })
})

test("an element that is locked with another configuration: provisioning cannot mend it, and the doctor says so", async () => {
    const findings = await findingsOf({
        device: "doorbell",
        before: ({ unit }) => {
            const part = unit.board.parts.get("element") as Atecc608
            const asDelivered = new ElementMemory(new Random("another maker's")).save()
            part.load(withByte(asDelivered, CONFIGURATION_LOCK, "00"))
        },
        later: async ({ unit }) => {
            ;(unit.board.parts.get("fram") as Fram).bytes.fill(0)
            await unit.powerOn()
            await unit.wait(3000)
            expect(await unit.call("lock_element")).toEqual({ refusal: "Element" })
        },
    })
    const [found, ...others] = troubles(findings).filter(({ id }) => !id.startsWith("role"))
    expect([found.id, others]).toEqual(["elementConfiguration", []])
    expect(words(found)).toMatch(/word 5 differs.*fit one as delivered/)
})

describe("a unit without a fault", () => {
    test.each(["gas-valve", "doorbell"] as const)("%s: every part is said to be well", async device => {
        const policy = { ...(await simulatedTrust()), now: NOW }
        const findings = await findingsOf({ device, policy })
        // Camera and microphone have no power while nothing is recorded.
        const unseen = device === "doorbell" ? ["roleUnpowered", "roleUnpowered"] : []
        expect(troubles(findings).map(({ id }) => id)).toEqual(unseen)
        expect(findings.filter(({ verdict }) => verdict === "healthy").map(({ id }) => id)).toEqual([
            "program",
            "memory",
            ...(device === "doorbell" ? ["element"] : []),
            "identity",
            "proof",
            "update",
            "log",
        ])
    })

    test("measured with another's authority, or a clock of 1990: that is said, and which", async () => {
        const policy = { ...(await simulatedTrust()), now: new Date("1990-01-01T00:00:00Z") }
        expect(troubles(await findingsOf({ device: "gas-valve", policy })).map(({ id }) => id)).toContain("clock")
    })
})
